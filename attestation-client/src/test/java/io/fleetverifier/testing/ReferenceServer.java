// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.testing;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.client.Pins;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AnswerSignature;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.AttestationAnswer.ReleaseSignature;
import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.protocol.Challenge;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.DeviceVerdict;
import io.fleetverifier.protocol.EnrolmentChallenge;
import io.fleetverifier.protocol.EnrolmentChallenge.Activation;
import io.fleetverifier.protocol.EnrolmentProof;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.EnrolmentState;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.P256;
import io.fleetverifier.protocol.Release;
import io.fleetverifier.protocol.Release.SealedSecret;
import io.fleetverifier.protocol.ReleaseCipher;
import io.fleetverifier.testing.HttpsTestServer.Answer;
import io.fleetverifier.testing.HttpsTestServer.Request;
import io.fleetverifier.tpm.CredentialBlob;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.PolicyDigest;
import io.fleetverifier.tpm.SealedObject;
import io.fleetverifier.tpm.TpmsAttest;
import io.fleetverifier.tpm.TpmtPublic;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks protocol version 1, with one device, no policy and no storage: for tests of
 * devices. It checks what shows that a device speaks rightly, and fails the test's request when it
 * does not. Each answer can be changed, and something can be done before it is given, to play every
 * kind of wrong server.
 */
public final class ReferenceServer implements AutoCloseable {

  private final SecureRandom random = new SecureRandom();
  private final TestCa ca = TestCa.root("reference", TestCa.Validity.now());
  private final KeyPair answerKey = keyPair();
  private final HttpsTestServer http;
  private final UUID device = UUID.randomUUID();
  private final Map<Bytes, TpmtPublic> eks = new HashMap<>();
  private final Map<String, SecretBytes> secrets = new LinkedHashMap<>();
  private final List<AttestationRequest> evidence = new ArrayList<>();
  private @Nullable TpmtPublic ak;
  private Bytes credentials = Bytes.EMPTY;
  private EkTemplate sealingTemplate = EkTemplate.L2;
  private List<Integer> releasePcrs = List.of(0, 2, 4, 7, 11);
  private Runnable beforeAnswer = () -> {};
  private UnaryOperator<Release> release = UnaryOperator.identity();
  private UnaryOperator<AttestationAnswer> answer = UnaryOperator.identity();
  private UnaryOperator<EnrolmentChallenge> enrolment = UnaryOperator.identity();
  private BiFunction<String, Answer, Answer> message = (path, sent) -> sent;

  private ReferenceServer() {
    this.http = HttpsTestServer.start(ca.server(TestCa.Validity.now(), "localhost"), this::serve);
  }

  public static ReferenceServer start() {
    return new ReferenceServer();
  }

  /** What a device must know of this server. */
  public Pins pins() {
    return new Pins(
        List.of(http.url("localhost")), List.of(ca.certificate()), List.of(answerPoint()));
  }

  /** The CA of its certificate. */
  public TestCa ca() {
    return ca;
  }

  /** The public half of its answer key. */
  public Bytes answerPoint() {
    return P256.encode((ECPublicKey) answerKey.getPublic());
  }

  /** The secret of a volume, made at its first use. */
  public SecretBytes secret(String volume) {
    return secrets.computeIfAbsent(volume, name -> SecretBytes.random(32, random));
  }

  /** The evidence that came in, in order. */
  public List<AttestationRequest> evidence() {
    return List.copyOf(evidence);
  }

  /** The requests that came in, in order. */
  public List<Request> requests() {
    return http.requests();
  }

  public void sealTo(EkTemplate template) {
    sealingTemplate = template;
  }

  public void bindReleasesTo(List<Integer> pcrs) {
    releasePcrs = List.copyOf(pcrs);
  }

  /** Does something after evidence came in and before it is answered. */
  public void beforeAnswering(Runnable action) {
    beforeAnswer = action;
  }

  /** Changes releases before they are signed. */
  public void changeReleases(UnaryOperator<Release> change) {
    release = change;
  }

  /** Changes answers after their release was signed. */
  public void changeAnswers(UnaryOperator<AttestationAnswer> change) {
    answer = change;
  }

  public void changeEnrolments(UnaryOperator<EnrolmentChallenge> change) {
    enrolment = change;
  }

  /** Changes any message, by its path below {@code /device/v1/}. */
  public void changeMessages(BiFunction<String, Answer, Answer> change) {
    message = change;
  }

  private synchronized Answer serve(Request request) {
    String path = request.path().substring("/device/v1/".length());
    byte[] body = request.body().toArray();
    Object sent =
        switch (path) {
          case "enrolments" ->
              enrolment.apply(enrol(WireJson.strict().readValue(body, EnrolmentRequest.class)));
          case "enrolments/proof" -> prove(WireJson.strict().readValue(body, EnrolmentProof.class));
          case "challenges" -> challenge(WireJson.strict().readValue(body, ChallengeRequest.class));
          case "attestations" ->
              answer.apply(attest(WireJson.strict().readValue(body, AttestationRequest.class)));
          default -> throw new AssertionError("no such path: " + path);
        };
    int status = path.equals("challenges") || path.equals("enrolments") ? 201 : 200;
    Answer encoded = Answer.json(status, Bytes.copyOf(WireJson.strict().writeValueAsBytes(sent)));
    return message.apply(path, encoded);
  }

  private EnrolmentChallenge enrol(EnrolmentRequest request) {
    TpmtPublic shown = TpmtPublic.decode(request.ak());
    ak = shown;
    eks.clear();
    credentials = Bytes.EMPTY;
    List<Activation> activations = new ArrayList<>();
    request.eks().forEach(key -> activations.add(activation(TpmtPublic.decode(key.area()), shown)));
    return new EnrolmentChallenge(1, token(), 300, activations);
  }

  private Activation activation(TpmtPublic ek, TpmtPublic shown) {
    eks.put(ek.name().value(), ek);
    try (SecretBytes credential = SecretBytes.random(32, random)) {
      credentials = Bytes.concat(credentials, Bytes.copyOf(credential.revealBytes()));
      CredentialBlob blob = CredentialBlob.make(ek, shown.name(), credential, random);
      return new Activation(ek.name().value(), blob.idObject(), blob.encryptedSecret());
    }
  }

  private EnrolmentResult prove(EnrolmentProof proof) {
    require(
        proof.proof().equals(Formulas.enrolmentProof(credentials.toArray(), proof.token())),
        "the proof");
    List<Bytes> fingerprints =
        eks.values().stream().map(ek -> ek.subjectPublicKeyInfo().sha256()).toList();
    return new EnrolmentResult(1, device, EnrolmentState.ENROLLED, Formulas.ekCode(fingerprints));
  }

  private Challenge challenge(ChallengeRequest request) {
    require(ak != null && request.akName().equals(ak.name().value()), "the Name of the AK");
    return new Challenge(1, token(), 300);
  }

  private Bytes token() {
    byte[] token = new byte[150];
    random.nextBytes(token);
    return Bytes.copyOf(token);
  }

  private AttestationAnswer attest(AttestationRequest request) {
    evidence.add(request);
    Claims claims = WireJson.lenient().readValue(request.claims().toArray(), Claims.class);
    TpmsAttest attest = TpmsAttest.decode(request.quote());
    PcrValues values = values(request);
    require(
        ak != null && QuoteCheck.verifies(ak, request.quote(), request.signature()),
        "the signature");
    require(
        attest.extraData().equals(Formulas.extraData(request.token(), request.claims())),
        "extraData");
    require(
        attest.quote().orElseThrow().pcrDigest().equals(values.digest(HashAlg.SHA256)),
        "the PCR values");
    beforeAnswer.run();
    if (claims.wanted().isEmpty()) {
      return new AttestationAnswer(1, DeviceVerdict.TRUSTED, List.of(), 3600, null, null, null);
    }
    return released(request, claims, release.apply(seal(request, claims, attest, values)));
  }

  private AttestationAnswer released(AttestationRequest request, Claims claims, Release made) {
    require(claims.answerKeys().contains(answerPoint().sha256()), "the accepted answer keys");
    Bytes document = Bytes.copyOf(WireJson.strict().writeValueAsBytes(made));
    Bytes signed = Formulas.answerMessage(request.token(), request.claims(), document);
    ReleaseSignature signature =
        new ReleaseSignature(
            answerPoint().sha256(), AnswerSignature.sign(answerKey.getPrivate(), signed));
    return new AttestationAnswer(
        1, DeviceVerdict.TRUSTED, List.of(), 3600, null, document, signature);
  }

  private static PcrValues values(AttestationRequest request) {
    Map<Integer, Bytes> values = new TreeMap<>();
    request.pcrValues().forEach((index, value) -> values.put(Integer.valueOf(index), value));
    return PcrValues.of(HashAlg.SHA256, values);
  }

  private Release seal(
      AttestationRequest request, Claims claims, TpmsAttest attest, PcrValues values) {
    TpmtPublic ek =
        eks.values().stream().filter(sealingTemplate::matches).findFirst().orElseThrow();
    PcrValues bound = values.subset(releasePcrs);
    PolicyDigest policy =
        PolicyDigest.start(HashAlg.SHA256)
            .policyPcr(bound.selection(), bound.digest(HashAlg.SHA256))
            .policyCounterTimer(attest.clockInfo().resetCount(), attest.clockInfo().restartCount());
    KeyPair oneTime = keyPair();
    Bytes oneTimePoint = P256.encode((ECPublicKey) oneTime.getPublic());
    ReleaseCipher cipher =
        new ReleaseCipher(request.token(), request.claims(), oneTimePoint, device);
    Bytes releaseKey = claims.releaseKey();
    if (releaseKey == null) {
      throw new AssertionError("the claims have no release key");
    }
    try (SecretBytes share = SecretBytes.random(32, random)) {
      SealedObject object = SealedObject.make(ek, share, policy.value(), random);
      List<SealedSecret> sealed = new ArrayList<>();
      for (String volume : claims.wanted()) {
        UUID id = UUID.randomUUID();
        sealed.add(
            new SealedSecret(
                volume,
                id,
                1,
                cipher.seal(share, oneTime.getPrivate(), releaseKey, id, 1, secret(volume))));
      }
      return new Release(
          1,
          device,
          sealingTemplate.label(),
          ek.name().value(),
          "sha256",
          releasePcrs,
          object.objectPublic(),
          object.duplicate(),
          object.inSymSeed(),
          oneTimePoint,
          sealed);
    }
  }

  private static void require(boolean held, String what) {
    if (!held) {
      throw new AssertionError("the device sent something wrong: " + what);
    }
  }

  private KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(P256.parameters(), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
