// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.client.Passphrase;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AnswerSignature;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.Hkdf;
import io.fleetverifier.protocol.P256;
import io.fleetverifier.protocol.Release;
import io.fleetverifier.protocol.ReleaseCipher;
import io.fleetverifier.testing.ProtocolVectors;
import io.fleetverifier.tpm.SecretExchange.Shared;
import io.fleetverifier.tpm.testing.ScriptedRandom;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.junit.jupiter.api.Test;

/**
 * Everything in protocol-vectors.json comes out of this library. In this package for fixed keys.
 */
class ProtocolVectorsTest {

  private static TpmtPublic ek(String template) {
    for (ProtocolVectors key : ProtocolVectors.section("keys").member("eks").entries()) {
      if (key.text("template").equals(template)) {
        return TpmtPublic.decode(key.bytes("area"));
      }
    }
    throw new AssertionError("no EK of template " + template);
  }

  private static TpmName akName() {
    return new TpmName(ProtocolVectors.section("keys").member("ak").bytes("name"));
  }

  private static SecretBytes secret(Bytes octets) {
    return SecretBytes.copyOf(octets.toArray());
  }

  private static PrivateKey privateKey(EccCurve curve, Bytes scalar)
      throws GeneralSecurityException {
    BigInteger d = new BigInteger(1, scalar.toArray());
    return KeyFactory.getInstance("EC")
        .generatePrivate(new ECPrivateKeySpec(d, curve.parameters()));
  }

  /** Java makes no public key from a private one, so the point comes from Bouncy Castle. */
  private static KeyPair keyPair(EccCurve curve, Bytes scalar) throws GeneralSecurityException {
    org.bouncycastle.math.ec.ECPoint q =
        ECNamedCurveTable.getParameterSpec(curve.jcaName())
            .getG()
            .multiply(new BigInteger(1, scalar.toArray()))
            .normalize();
    ECPoint point =
        new ECPoint(q.getAffineXCoord().toBigInteger(), q.getAffineYCoord().toBigInteger());
    return new KeyPair(
        KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve.parameters())),
        privateKey(curve, scalar));
  }

  @Test
  void keysHaveTheirTemplatesNamesAndFingerprints() {
    ProtocolVectors keys = ProtocolVectors.section("keys");
    ProtocolVectors ak = keys.member("ak");
    TpmtPublic akArea = TpmtPublic.decode(ak.bytes("area"));
    assertThat(AkTemplate.P256.matches(akArea)).isTrue();
    assertThat(akArea.name().value()).isEqualTo(ak.bytes("name"));
    assertThat(akArea.name().qualifiedUnder(TpmHandles.ENDORSEMENT).value())
        .isEqualTo(ak.bytes("qualifiedName"));
    List<Bytes> fingerprints = new ArrayList<>();
    for (ProtocolVectors ek : keys.member("eks").entries()) {
      TpmtPublic area = TpmtPublic.decode(ek.bytes("area"));
      assertThat(EkTemplate.of(area).orElseThrow().label()).isEqualTo(ek.text("template"));
      assertThat(area.name().value()).isEqualTo(ek.bytes("name"));
      assertThat(area.subjectPublicKeyInfo().sha256()).isEqualTo(ek.bytes("fingerprint"));
      fingerprints.add(ek.bytes("fingerprint"));
    }
    assertThat(Formulas.ekCode(fingerprints))
        .isEqualTo(ProtocolVectors.section("ekCode").text("codeText"));
  }

  @Test
  void theCodeOfAnEkSetDoesNotDependOnTheirOrder() {
    ProtocolVectors vector = ProtocolVectors.section("ekCode");
    List<Bytes> fingerprints = new ArrayList<>();
    vector.member("fingerprints").entries().forEach(entry -> fingerprints.add(entry.bytes()));
    assertThat(Formulas.ekCode(fingerprints)).isEqualTo(vector.text("codeText"));
    assertThat(Formulas.ekCode(fingerprints.reversed())).isEqualTo(vector.text("codeText"));
  }

  @Test
  void tokensOpenUnderTheKeyOfTheirType() throws GeneralSecurityException {
    ProtocolVectors vector = ProtocolVectors.section("sealedToken");
    for (String type : List.of("challenge", "enrolment")) {
      Bytes token = vector.member(type).bytes("token");
      Bytes header =
          Bytes.concat(
              Bytes.of(1, vector.member(type).number("type")),
              vector.bytes("keyId"),
              vector.bytes("salt"));
      assertThat(token.slice(0, 42)).isEqualTo(header);
      byte[] key =
          Hkdf.derive32(
              vector.bytes("tokenKey").toArray(),
              vector.bytes("salt").toArray(),
              Bytes.concat(Formulas.label("fleet-verifier token v1"), header.slice(1, 2))
                  .toArray());
      assertThat(key).isEqualTo(vector.member(type).bytes("key").toArray());
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(key, "AES"),
          new GCMParameterSpec(128, new byte[12]));
      cipher.updateAAD(header.toArray());
      assertThat(Bytes.copyOf(cipher.doFinal(token.slice(42).toArray())))
          .isEqualTo(vector.bytes("plaintext"));
    }
  }

  @Test
  void credentialsAreWrappedForEachKindOfEk() throws GeneralSecurityException {
    for (ProtocolVectors vector : ProtocolVectors.section("activation").entries()) {
      TpmtPublic ek = ek(vector.text("template"));
      CredentialBlob blob =
          vector.text("template").equals("L-1")
              ? CredentialBlob.make(
                  ek,
                  akName(),
                  secret(vector.bytes("credential")),
                  new ScriptedRandom(vector.bytes("seed"), vector.bytes("oaepSeed")))
              : CredentialBlob.make(
                  ek,
                  akName(),
                  secret(vector.bytes("credential")),
                  exchange(ek, SecretExchange.IDENTITY, vector));
      assertThat(blob.idObject()).isEqualTo(vector.bytes("credentialBlob"));
      assertThat(blob.encryptedSecret()).isEqualTo(vector.bytes("encryptedSecret"));
      assertKeysOfTheWrap(ek, akName(), vector);
    }
  }

  private static Shared exchange(TpmtPublic ek, String label, ProtocolVectors vector)
      throws GeneralSecurityException {
    EccCurve curve = ((TpmuPublicParms.Ecc) ek.parameters()).curve();
    Shared shared =
        SecretExchange.encrypt(ek, label, keyPair(curve, vector.bytes("ephemeralScalar")));
    assertThat(shared.secret().revealBytes()).isEqualTo(vector.bytes("seed").toArray());
    return shared;
  }

  private static void assertKeysOfTheWrap(TpmtPublic ek, TpmName name, ProtocolVectors vector) {
    int symBits = EkTemplate.of(ek).orElseThrow().symBits();
    SecretBytes seed = secret(vector.bytes("seed"));
    assertThat(OuterWrap.symKey(ek.nameAlg(), seed, name, symBits).revealBytes())
        .isEqualTo(vector.bytes("symKey").toArray());
    assertThat(OuterWrap.hmacKey(ek.nameAlg(), seed).revealBytes())
        .isEqualTo(vector.bytes("hmacKey").toArray());
  }

  @Test
  void theProofOfAnEnrolmentIsOverAllCredentialsInOrder() {
    ProtocolVectors vector = ProtocolVectors.section("enrolmentProof");
    Bytes joined = Bytes.EMPTY;
    for (ProtocolVectors credential : vector.member("credentials").entries()) {
      joined = Bytes.concat(joined, credential.bytes());
    }
    assertThat(Formulas.enrolmentProof(joined.toArray(), vector.bytes("token")))
        .isEqualTo(vector.bytes("proof"));
  }

  @Test
  void aQuoteBindsTokenAndClaims() {
    ProtocolVectors vector = ProtocolVectors.section("extraData");
    Bytes claims = Bytes.utf8(vector.text("claimsText"));
    assertThat(claims.sha256()).isEqualTo(vector.bytes("claimsSha256"));
    assertThat(Formulas.extraData(vector.bytes("token"), claims))
        .isEqualTo(vector.bytes("extraData"));
    assertThat(WireJson.lenient().readValue(claims.toArray(), Claims.class).wanted())
        .containsExactly("root", "data");
  }

  @Test
  void aShareIsSealedToPcrsAndCountersForEachKindOfEk() throws GeneralSecurityException {
    ProtocolVectors vector = ProtocolVectors.section("sealedShare");
    Bytes policy = policy(vector);
    for (ProtocolVectors wrapped : vector.member("wrapped").entries()) {
      TpmtPublic ek = ek(wrapped.text("template"));
      SecretBytes share = secret(vector.bytes("share"));
      SealedObject object =
          wrapped.text("template").equals("L-1")
              ? SealedObject.make(
                  ek,
                  share,
                  policy,
                  new ScriptedRandom(
                      vector.bytes("seedValue"), wrapped.bytes("seed"), wrapped.bytes("oaepSeed")))
              : SealedObject.make(
                  ek,
                  share,
                  policy,
                  secret(vector.bytes("seedValue")),
                  exchange(ek, SecretExchange.DUPLICATE, wrapped));
      assertThat(object.objectPublic()).isEqualTo(vector.bytes("objectPublic"));
      assertThat(object.name().value()).isEqualTo(vector.bytes("objectName"));
      assertThat(object.duplicate()).isEqualTo(wrapped.bytes("duplicate"));
      assertThat(object.inSymSeed()).isEqualTo(wrapped.bytes("inSymSeed"));
      assertKeysOfTheWrap(ek, object.name(), wrapped);
    }
  }

  private static Bytes policy(ProtocolVectors vector) {
    Map<Integer, Bytes> values = new TreeMap<>();
    for (ProtocolVectors pcr : vector.member("pcrs").entries()) {
      String index = Integer.toString(pcr.number());
      values.put(pcr.number(), vector.member("pcrValues").bytes(index));
    }
    PcrValues pcrs = PcrValues.of(HashAlg.SHA256, values);
    assertThat(pcrs.selection().encode()).isEqualTo(vector.bytes("pcrSelection"));
    assertThat(pcrs.digest(HashAlg.SHA256)).isEqualTo(vector.bytes("pcrDigest"));
    PolicyDigest d1 =
        PolicyDigest.start(HashAlg.SHA256).policyPcr(pcrs.selection(), pcrs.digest(HashAlg.SHA256));
    assertThat(d1.value()).isEqualTo(vector.bytes("d1"));
    PolicyDigest whole =
        d1.policyCounterTimer(vector.number("resetCount"), vector.number("restartCount"));
    assertThat(whole.value()).isEqualTo(vector.bytes("policy"));
    return whole.value();
  }

  @Test
  void secretsOpenUnderShareAndReleaseKeyAndSealToTheSameOctets() throws GeneralSecurityException {
    ProtocolVectors vector = ProtocolVectors.section("release");
    Bytes oneTimePoint = vector.member("oneTimeKey").bytes("point");
    Bytes releasePoint = vector.member("releaseKey").bytes("point");
    KeyPair releaseKey = keyPair(EccCurve.P256, vector.member("releaseKey").bytes("privateScalar"));
    PrivateKey oneTimeKey =
        privateKey(EccCurve.P256, vector.member("oneTimeKey").bytes("privateScalar"));
    assertThat(P256.encode((ECPublicKey) releaseKey.getPublic())).isEqualTo(releasePoint);
    ReleaseCipher cipher =
        new ReleaseCipher(
            vector.bytes("token"),
            Bytes.utf8(vector.text("claimsText")),
            oneTimePoint,
            UUID.fromString(vector.text("deviceId")));
    SecretBytes share = secret(vector.bytes("share"));
    for (ProtocolVectors entry : vector.member("secrets").entries()) {
      UUID id = UUID.fromString(entry.text("id"));
      int version = entry.number("version");
      SecretBytes opened =
          cipher.open(
              share, releaseKey.getPrivate(), oneTimePoint, id, version, entry.bytes("ciphertext"));
      assertThat(opened.revealBytes()).isEqualTo(entry.bytes("secret").toArray());
      assertThat(cipher.seal(share, oneTimeKey, releasePoint, id, version, opened))
          .isEqualTo(entry.bytes("ciphertext"));
      assertThat(new String(Passphrase.of(opened).revealBytes(), StandardCharsets.US_ASCII))
          .isEqualTo(entry.text("passphraseText"));
    }
  }

  @Test
  void anAnswerKeySignsTokenClaimsAndRelease() {
    ProtocolVectors vector = ProtocolVectors.section("answerSignature");
    Bytes point = vector.member("answerKey").bytes("point");
    Bytes release = Bytes.utf8(vector.text("releaseText"));
    Bytes message =
        Formulas.answerMessage(
            vector.bytes("token"), Bytes.utf8(vector.text("claimsText")), release);
    assertThat(Formulas.answerKeyId(point)).isEqualTo(vector.member("answerKey").bytes("id"));
    assertThat(message).isEqualTo(vector.bytes("message"));
    assertThat(AnswerSignature.verifies(point, message, vector.bytes("signature"))).isTrue();
    assertThat(AnswerSignature.verifies(point, message.slice(1), vector.bytes("signature")))
        .isFalse();
    assertThat(
            AnswerSignature.verifies(
                ProtocolVectors.section("release").member("oneTimeKey").bytes("point"),
                message,
                vector.bytes("signature")))
        .isFalse();
  }

  /** The release document of the file is the share and the secrets of its other sections. */
  @Test
  void theSignedReleaseIsMadeOfTheOtherAnswers() {
    Release release =
        WireJson.strict()
            .readValue(
                ProtocolVectors.section("answerSignature").text("releaseText"), Release.class);
    ProtocolVectors share = ProtocolVectors.section("sealedShare");
    assertThat(release.objectPublic()).isEqualTo(share.bytes("objectPublic"));
    assertThat(release.ekName()).isEqualTo(ek("L-2").name().value());
    for (ProtocolVectors wrapped : share.member("wrapped").entries()) {
      boolean same = release.duplicate().equals(wrapped.bytes("duplicate"));
      assertThat(same).isEqualTo(wrapped.text("template").equals("L-2"));
    }
    List<Bytes> ciphertexts = new ArrayList<>();
    ProtocolVectors.section("release")
        .member("secrets")
        .entries()
        .forEach(secret -> ciphertexts.add(secret.bytes("ciphertext")));
    assertThat(release.secrets())
        .extracting(Release.SealedSecret::ciphertext)
        .containsExactlyElementsOf(ciphertexts);
  }
}
