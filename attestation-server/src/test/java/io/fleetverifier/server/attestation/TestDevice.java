// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AnswerSignature;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.AttestationAnswer.ReleaseSignature;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.protocol.Claims.VolumePin;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.protocol.Release;
import io.fleetverifier.protocol.ReleaseCipher;
import io.fleetverifier.server.challenge.ChallengeService;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.keys.AnswerKey;
import io.fleetverifier.server.keys.AnswerKeys;
import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.testing.SoftTpm;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One enrolled device: its software TPM, what it sends, and what the server wrote of it. */
final class TestDevice {
  /** The pin of the device's one volume. */
  static final Bytes PIN = Bytes.utf8("the volume that was made").sha256();

  private final JdbcClient jdbc;
  private final ChallengeService challenges;
  private final AnswerKeys answerKeys;
  private final UUID id;
  private final UUID tpmId;
  private final UUID group;
  private final SoftTpm tpm;

  TestDevice(
      JdbcClient jdbc,
      ChallengeService challenges,
      AnswerKeys answerKeys,
      UUID id,
      UUID tpmId,
      UUID group,
      SoftTpm tpm) {
    this.jdbc = jdbc;
    this.challenges = challenges;
    this.answerKeys = answerKeys;
    this.id = id;
    this.tpmId = tpmId;
    this.group = group;
    this.tpm = tpm;
  }

  UUID id() {
    return id;
  }

  UUID tpmId() {
    return tpmId;
  }

  UUID group() {
    return group;
  }

  SoftTpm tpm() {
    return tpm;
  }

  /** A reset and a measured boot of an image, up to the initrd. */
  void boot(String image) {
    startFirmware();
    tpm.event(11, Bytes.utf8("image " + image));
  }

  /** A reset and what the firmware measures, before any boot loader. */
  void startFirmware() {
    tpm.reset();
    tpm.passTime(1_000);
    for (int pcr = 0; pcr < 8; pcr++) {
      tpm.event(pcr, Bytes.utf8("measured into " + pcr));
    }
  }

  /** A reset and a recorded boot; its log is what {@link Attempt#withLog} takes. */
  Bytes bootRecorded(String set) {
    tpm.reset();
    tpm.passTime(1_000);
    Bytes log = EvidenceFolder.bytes(EvidenceFolder.boot(set, "binary_bios_measurements"));
    for (Event event : EventLog.parse(log).events()) {
      if (event.isExtending()) {
        tpm.extend(event.pcr(), event.digest(LogHash.SHA256).orElseThrow());
      }
    }
    return log;
  }

  /** Evidence in the making, for a fresh challenge. */
  Attempt attempt(Purpose purpose, String... wanted) {
    ChallengeRequest request =
        new ChallengeRequest(1, tpm.akName().value(), purpose, List.of(wanted));
    Bytes token = challenges.issue(request).token();
    List<Bytes> accepted = answerKeys.all().stream().map(AnswerKey::keyId).toList();
    return new Attempt(tpm, token, purpose, List.of(wanted), accepted);
  }

  Attempt provision() {
    return attempt(Purpose.PROVISION, "root");
  }

  /** Says which volume was made with the pending secret. */
  Attempt confirm() {
    return attempt(Purpose.PROVISION).with(new VolumePin("root", PIN));
  }

  Attempt unlock() {
    return attempt(Purpose.UNLOCK, "root").with(new VolumePin("root", PIN));
  }

  Attempt report() {
    return attempt(Purpose.REPORT);
  }

  /** Provisions its volume, and returns the secret. */
  Bytes provisionWith(AttestationService service) {
    Attempt attempt = provision();
    Bytes secret = opened(attempt, attempt.sendTo(service)).getOrDefault("root", Bytes.EMPTY);
    assertThat(confirm().sendTo(service).reasons()).isEmpty();
    return secret;
  }

  /** Opens a release as a device does: the signature first, then the TPM, then each secret. */
  Map<String, Bytes> opened(Attempt attempt, AttestationAnswer answer) {
    Bytes document = Objects.requireNonNull(answer.release(), () -> "no release: " + answer);
    ReleaseSignature signature = Objects.requireNonNull(answer.releaseSignature());
    AnswerKey key = answerKeys.all().getFirst();
    assertThat(signature.keyId()).isEqualTo(key.keyId());
    Bytes message = Formulas.answerMessage(attempt.token(), attempt.claims(), document);
    assertThat(AnswerSignature.verifies(key.publicPoint(), message, signature.signature()))
        .isTrue();
    Release release = release(answer);
    assertThat(release.deviceId()).isEqualTo(id);
    ReleaseCipher cipher =
        new ReleaseCipher(attempt.token(), attempt.claims(), release.oneTimeKey(), id);
    Map<String, Bytes> secrets = new TreeMap<>();
    try (SecretBytes share = unsealed(release)) {
      for (Release.SealedSecret sealed : release.secrets()) {
        try (SecretBytes secret =
            cipher.open(
                share,
                attempt.releasePrivateKey(),
                release.oneTimeKey(),
                sealed.id(),
                sealed.version(),
                sealed.ciphertext())) {
          secrets.put(sealed.volume(), Bytes.copyOf(secret.revealBytes()));
        }
      }
    }
    return secrets;
  }

  /** What the TPM makes of a release in its present state. */
  SecretBytes unsealed(Release release) {
    return tpm.unseal(
        EkTemplate.ofLabel(release.ekTemplate()).orElseThrow(),
        release.objectPublic(),
        release.duplicate(),
        release.inSymSeed(),
        PcrSelection.of(HashAlg.SHA256, release.pcrs()));
  }

  static Release release(AttestationAnswer answer) {
    Bytes document = Objects.requireNonNull(answer.release());
    return WireJson.strict().readValue(document.toArray(), Release.class);
  }

  /** Everything that the attestation path has written of this device, in words. */
  Map<String, @Nullable Object> written() {
    return jdbc.sql(
            """
            SELECT (SELECT count(*) FROM attestation WHERE device_id = :device) AS attestations,
                   (SELECT string_agg(CAST(to_jsonb(s) AS text), ' ') FROM tpm_state s WHERE tpm_id = :tpm) AS tpm_state,
                   (SELECT string_agg(CAST(to_jsonb(s) AS text), ' ') FROM device_status s WHERE device_id = :device) AS status,
                   (SELECT count(*) FROM status_change WHERE device_id = :device) AS changes,
                   (SELECT string_agg(CAST(to_jsonb(f) AS text), ' ' ORDER BY f.id) FROM finding f WHERE device_id = :device) AS findings,
                   (SELECT count(*) FROM secret WHERE device_id = :device) AS secrets,
                   (SELECT string_agg(v.secret_id || ' ' || v.version || ' ' || v.state, ', ' ORDER BY v.version)
                    FROM secret_version v JOIN secret x ON x.id = v.secret_id WHERE x.device_id = :device) AS versions,
                   (SELECT count(*) FROM secret_release WHERE device_id = :device) AS releases
            """)
        .param("device", id)
        .param("tpm", tpmId)
        .query()
        .singleRow();
  }

  long count(String table) {
    return jdbc.sql("SELECT count(*) FROM " + table + " WHERE device_id = :device")
        .param("device", id)
        .query(Long.class)
        .single();
  }
}
