// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.AttestationAnswer.ReleaseSignature;
import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.protocol.AttestationRequest.Log;
import io.fleetverifier.protocol.Challenge;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.DeviceVerdict;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.P256;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.protocol.ReleaseRefusedException;
import io.fleetverifier.tpm.TpmName;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A device that proves itself. Each method does its work once: whether and when to try again is for
 * {@link RetryLoop} to say. The TPM is opened for each step and closed before the server is asked,
 * so nothing of it is held while the network takes its time.
 *
 * <p>Beside what the methods name, each throws {@link ServerException}, {@link
 * TpmUnusableException} and what {@link Tpm} throws. Not for use by several threads.
 */
public final class Attester {

  private final Supplier<Tpm> tpms;
  private final AttestationServer server;
  private final Pins pins;
  private final BootLogs logs;
  private final SecureRandom random;
  private @Nullable TpmName akName;

  /**
   * A device.
   *
   * @param tpms opens the device's TPM
   * @param server the server at the pinned addresses
   */
  public Attester(
      Supplier<Tpm> tpms, AttestationServer server, Pins pins, BootLogs logs, SecureRandom random) {
    this.tpms = tpms;
    this.server = server;
    this.pins = pins;
    this.logs = logs;
    this.random = random;
  }

  /**
   * Makes the device known to the server (section 4). To enrol again changes nothing.
   *
   * @param name proposed name
   * @param joinToken {@code fvj_…}, or absent
   * @throws ReleaseRefusedException when the server asks for proof of a key of another TPM
   */
  public EnrolmentResult enrol(String name, @Nullable String joinToken) {
    return new Enrolment(tpms, server).run(name, joinToken);
  }

  /**
   * Asks for the secrets of volumes at boot.
   *
   * @param volumePins LUKS2 pin of each volume to unlock, by its name
   * @throws ReleaseRefusedException when what was released does not open
   */
  public Outcome unlock(Map<String, Bytes> volumePins) {
    return attest(Purpose.UNLOCK, List.copyOf(volumePins.keySet()), volumePins, logs.read());
  }

  /**
   * Asks for the secrets of volumes that are yet to be made (section 8, step 2).
   *
   * @throws ReleaseRefusedException when what was released does not open
   */
  public Outcome provision(List<String> volumes) {
    return attest(Purpose.PROVISION, volumes, Map.of(), logs.read());
  }

  /** Tells the pins of volumes that were made (section 8, step 4). */
  public Outcome confirm(Map<String, Bytes> volumePins) {
    return attest(Purpose.PROVISION, List.of(), volumePins, logs.read());
  }

  /** Proves the device from the running system. */
  public Outcome report(Map<String, Bytes> volumePins) {
    return attest(Purpose.REPORT, List.of(), volumePins, logs.read());
  }

  /**
   * One challenge and one attestation (sections 5 and 6).
   *
   * @param wanted volumes whose secrets are asked for
   * @param volumePins pin of each volume that exists
   * @param sent logs that explain the PCRs
   * @throws ReleaseRefusedException when what was released does not open
   */
  public Outcome attest(
      Purpose purpose, List<String> wanted, Map<String, Bytes> volumePins, List<Log> sent) {
    Bytes name = prepare(wanted);
    Challenge challenge =
        server.challenge(new ChallengeRequest(Protocol.VERSION, name, purpose, wanted));
    KeyPair releaseKey = releaseKey();
    Statement statement =
        state(challenge.token(), claims(purpose, wanted, releaseKey, volumePins, sent));
    AttestationAnswer answer = server.attest(request(statement, sent));
    return outcome(answer, open(answer, statement, releaseKey, wanted));
  }

  /** Whatever would make the answer useless is found out before a challenge is spent on it. */
  private Bytes prepare(List<String> wanted) {
    TpmName known = akName;
    if (known != null && wanted.isEmpty()) {
      return known.value();
    }
    try (Tpm tpm = tpms.get()) {
      if (!wanted.isEmpty()) {
        tpm.requireReleases();
      }
      TpmName name = known == null ? tpm.akArea().name() : known;
      akName = name;
      return name.value();
    }
  }

  /** Fresh for each attestation; its private half is never stored. */
  private KeyPair releaseKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(P256.parameters(), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this Java platform has no P-256", impossible);
    }
  }

  /** Everything but the SRK Name, which the TPM has to tell. */
  private Claims claims(
      Purpose purpose,
      List<String> wanted,
      KeyPair releaseKey,
      Map<String, Bytes> volumePins,
      List<Log> sent) {
    boolean released = !wanted.isEmpty() || purpose == Purpose.PROVISION;
    List<Claims.VolumePin> pinned = new ArrayList<>();
    new TreeMap<>(volumePins).forEach((name, pin) -> pinned.add(new Claims.VolumePin(name, pin)));
    return new Claims(
        Protocol.VERSION,
        purpose,
        wanted,
        released ? P256.encode((ECPublicKey) releaseKey.getPublic()) : null,
        Protocol.BANK,
        sent.stream().map(log -> new Claims.LogDigest(log.type(), log.data().sha256())).toList(),
        pinned,
        null,
        ClientVersion.text(),
        pins.answerKeyIds(),
        null,
        null);
  }

  /**
   * What the device says, and the TPM's signature on it.
   *
   * @param claims the exact bytes
   */
  private record Statement(Bytes token, Bytes claims, Quoted quoted) {}

  private Statement state(Bytes token, Claims withoutSrk) {
    try (Tpm tpm = tpms.get()) {
      Bytes claims =
          Bytes.copyOf(WireJson.strict().writeValueAsBytes(withSrkName(withoutSrk, tpm.srkName())));
      return new Statement(token, claims, tpm.quote(Formulas.extraData(token, claims)));
    }
  }

  private static Claims withSrkName(Claims claims, Optional<TpmName> srkName) {
    return new Claims(
        claims.protocol(),
        claims.purpose(),
        claims.wanted(),
        claims.releaseKey(),
        claims.bank(),
        claims.logs(),
        claims.volumes(),
        srkName.map(TpmName::value).orElse(null),
        claims.client(),
        claims.answerKeys(),
        claims.audience(),
        claims.nonce());
  }

  private static AttestationRequest request(Statement statement, List<Log> sent) {
    Map<String, Bytes> values = new TreeMap<>();
    statement.quoted().values().values().forEach((pcr, value) -> values.put(pcr.toString(), value));
    return new AttestationRequest(
        Protocol.VERSION,
        statement.token(),
        statement.claims(),
        statement.quoted().attest(),
        statement.quoted().signature(),
        values,
        sent);
  }

  private Map<String, SecretBytes> open(
      AttestationAnswer answer, Statement statement, KeyPair releaseKey, List<String> wanted) {
    Bytes release = answer.release();
    ReleaseSignature signature = answer.releaseSignature();
    if (release == null || signature == null) {
      return Map.of();
    }
    if (answer.verdict() != DeviceVerdict.TRUSTED) {
      throw new ReleaseRefusedException("a release came with the verdict 'untrusted'");
    }
    ReleaseOpener.Exchange exchange =
        new ReleaseOpener.Exchange(
            statement.token(),
            statement.claims(),
            releaseKey.getPrivate(),
            statement.quoted(),
            wanted);
    try (Tpm tpm = tpms.get()) {
      return new ReleaseOpener(pins).open(tpm, exchange, release, signature);
    }
  }

  private static Outcome outcome(AttestationAnswer answer, Map<String, SecretBytes> secrets) {
    Integer rebootAfter = answer.rebootAfter();
    return new Outcome(
        answer.verdict(),
        answer.reasons(),
        Duration.ofSeconds(answer.nextAttestationAfter()),
        rebootAfter == null ? Optional.empty() : Optional.of(Duration.ofSeconds(rebootAfter)),
        secrets);
  }
}
