// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.SecureBoot;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.server.trust.Reevaluation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Attestations that bring the boot log of a recorded boot with Secure Boot on. */
@AttestationTest
class MeasuredBootTest {
  private static final Bytes LOG = log("d-sb-on");
  private static final Bytes OTHER = Bytes.utf8("something else").sha256();

  @Autowired AttestationService service;
  @Autowired AttestationHistory history;
  @Autowired Reevaluation reevaluation;
  @Autowired PolicyEdits edits;
  @Autowired JdbcClient jdbc;
  @Autowired Fleet fleet;
  private TestDevice device;

  @BeforeEach
  void aDeviceThatStarted() {
    device = fleet.device(fleet.group());
    boot(device, LOG);
  }

  @Test
  void theRecordSaysForEachPcrWhatTheLogExplained() {
    fleet.bind(device.group(), fleet.accepted(device, "firmware", 0, 2, 4));
    device.tpm().event(11, Bytes.utf8("enter-initrd"));
    device.tpm().extend(9, OTHER);
    device.tpm().extend(4, OTHER);

    report(LOG);

    BootSummary boot = recorded();
    assertThat(boot.log()).isEqualTo("read");
    assertThat(boot.pcrs()).hasSize(15);
    assertThat(boot.pcrs()).containsEntry(0, "replayed").containsEntry(7, "replayed");
    assertThat(boot.pcrs()).containsEntry(11, "extended after the log");
    assertThat(boot.pcrs()).containsEntry(4, "not explained").containsEntry(9, "not explained");
    assertThat(boot.secureBoot()).isEqualTo("enabled");
    assertThat(boot.findings()).isEmpty();
  }

  @Test
  void withoutALogTheRecordSaysSo() {
    fleet.bind(device.group(), fleet.accepted(device, "firmware", 0, 2, 4));
    assertThat(device.report().sendTo(service).reasons()).isEmpty();
    assertThat(recorded().log()).isEqualTo("absent");
    assertThat(recorded().pcrs()).isEmpty();
    assertThat(recorded().secureBoot()).isEqualTo("undetermined");
  }

  @Test
  void rulesAreMetByABootWhoseEventsTheyAllow() {
    bindRules(draft(rules(4)), true);
    assertThat(report(LOG)).isEmpty();
    device.tpm().extend(4, OTHER);
    Bytes longer = Bytes.concat(LOG, record(4, OTHER));
    assertThat(report(longer)).containsExactly("RULE_NOT_MET");
  }

  @Test
  void rulesAreNotMetWithoutALogOrWithThatOfAnotherBoot() {
    bindRules(draft(rules(4)), true);
    assertThat(device.report().sendTo(service).reasons()).containsExactly("LOG_MISSING");
    assertThat(report(log("b-cmdline"))).containsExactly("LOG_MISSING");
    assertThat(report(LOG.slice(0, 500))).containsExactly("LOG_MISSING");
    assertThat(report(LOG)).isEmpty();
  }

  @Test
  void aReleaseIsBoundToThePcrsOfRules() {
    UUID version = draft(rules(4));
    rule(version, 7, digestsOf(7), false);
    bindRules(version, true);
    fleet.bind(device.group(), fleet.accepted(device, "image", 11));
    Attempt attempt = device.provision().withLog(LogType.TCG_BOOT, LOG);
    assertThat(TestDevice.release(attempt.sendTo(service)).pcrs()).containsExactly(4, 7, 11);
  }

  @Test
  void secureBootIsAskedByItsAuthorityAndWhatItForbids() {
    UUID version = draft(Map.of());
    secureBoot(version, "authority", authority());
    bindRules(version, true);
    assertThat(report(LOG)).isEmpty();

    TestDevice off = fleet.device(device.group());
    boot(off, log("a-baseline"));
    Attempt attempt = off.report().withLog(LogType.TCG_BOOT, log("a-baseline"));
    assertThat(attempt.sendTo(service).reasons()).containsExactly("RULE_NOT_MET");
  }

  /** must-fail 33: an old boot loader passes Secure Boot, so that dbx has to be asked for too. */
  @Test
  void secureBootWithAnOldListOfWhatIsForbiddenIsRefused() {
    UUID version = draft(Map.of());
    secureBoot(version, "authority", authority());
    secureBoot(version, "forbidden", OTHER);
    bindRules(version, true);
    assertThat(report(LOG)).containsExactly("RULE_NOT_MET");
  }

  @Test
  void aRuleOnSecureBootWithoutAnAuthorityIsNeverPublished() {
    UUID version = draft(Map.of());
    secureBoot(version, "forbidden", OTHER);
    assertThatThrownBy(() -> bindRules(version, true))
        .isInstanceOf(DataIntegrityViolationException.class)
        .hasMessageContaining("names at least one authority");
  }

  @Test
  void rulesOfAPublishedVersionDoNotChange() {
    UUID version = draft(rules(4));
    bindRules(version, true);
    for (String change :
        List.of(
            "UPDATE event_rule SET required = NOT required WHERE version_id = :id",
            "DELETE FROM event_rule WHERE version_id = :id",
            "INSERT INTO event_rule (version_id, pcr, digest, required) VALUES (:id, 5, sha256(''), true)",
            "INSERT INTO secure_boot_rule (version_id, demand, digest) VALUES (:id, 'authority', sha256(''))",
            "UPDATE baseline_version SET source_image = '{}' WHERE id = :id")) {
      assertThatThrownBy(() -> jdbc.sql(change).param("id", version).update())
          .as(change)
          .isInstanceOf(Exception.class);
    }
  }

  @Test
  void aRevokedBootIsNamedByItsRules() {
    UUID version = draft(rules(4));
    bindRules(version, true);
    jdbc.sql("UPDATE baseline_version SET state = 'revoked', revoked_at = now() WHERE id = :id")
        .param("id", version)
        .update();
    acceptAnother(version);
    assertThat(report(LOG)).containsExactly("VERSION_REVOKED");
  }

  /** L7: register numbers of a confidential virtual machine are not those of PCRs. */
  @Test
  void theLogOfAConfidentialVirtualMachineIsRefused() {
    fleet.bind(device.group(), fleet.accepted(device, "firmware", 0, 2, 4));
    // The Spec ID event of such a log names register 1; nothing else tells the two apart.
    byte[] cc = LOG.toArray();
    cc[0] = 1;
    assertThat(report(Bytes.copyOf(cc))).containsExactly("NOT_A_TPM_LOG");
    assertThat(recorded().log()).isEqualTo("not-a-tpm-log");
  }

  @Test
  void aLogThatCannotBeReadWarnsWhereOnlyValuesAreAsked() {
    fleet.bind(device.group(), fleet.accepted(device, "firmware", 0, 2, 4));
    assertThat(report(LOG.slice(0, 500))).isEmpty();
    assertThat(recorded().log()).isEqualTo("log-truncated");
    assertThat(
            jdbc.sql("SELECT warnings[1] FROM device_status WHERE device_id = :id")
                .param("id", device.id())
                .query(String.class)
                .single())
        .isEqualTo("LOG_UNREADABLE");
  }

  /** V1: whoever spoils the log gains nothing, and cannot change who is named. */
  @Test
  void flippedOctetsOfALogNeverTurnUntrustedIntoTrustedNorChangeWhoIsNamed() {
    fleet.bind(device.group(), fleet.accepted(device.group(), "firmware", Map.of(0, OTHER)));
    UUID version = draft(Map.of());
    rule(version, 4, List.of(OTHER), true);
    bindRules(version, true);
    List<String> refused = List.of("PCR_MISMATCH", "RULE_NOT_MET");
    assertThat(report(LOG)).containsExactlyInAnyOrderElementsOf(refused);
    Random random = new Random(20261124);
    for (int i = 0; i < 60; i++) {
      byte[] flipped = LOG.toArray();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      }
      assertThat(report(Bytes.copyOf(flipped)))
          .contains("PCR_MISMATCH")
          .hasSize(2)
          .isSubsetOf("PCR_MISMATCH", "RULE_NOT_MET", "LOG_MISSING");
    }
  }

  @Test
  void storedEvidenceIsJudgedAgainWithItsLog() {
    UUID version = draft(rules(4));
    bindRules(version, true);
    assertThat(report(LOG)).isEmpty();
    UUID baseline = baselineOf(version);
    jdbc.sql("UPDATE baseline_version SET state = 'revoked', revoked_at = now() WHERE id = :id")
        .param("id", version)
        .update();
    UUID second = draft(baseline, 2, rules(4));
    publishAndAccept(second);
    edits.edit("test", "test.edit", "test", Map.of(), () -> true);

    reevaluation.round();

    assertThat(state()).isEqualTo("trusted");
  }

  private List<String> report(Bytes log) {
    return device.report().withLog(LogType.TCG_BOOT, log).sendTo(service).reasons();
  }

  private BootSummary recorded() {
    return Objects.requireNonNull(
        history.list(device.id(), new PageQuery(null, null)).items().getFirst().boot());
  }

  private String state() {
    return jdbc.sql("SELECT verdict FROM device_status WHERE device_id = :id")
        .param("id", device.id())
        .query(String.class)
        .single();
  }

  // --- versions with rules, as the management plane would write them ---

  private Map<Integer, List<Bytes>> rules(int pcr) {
    return Map.of(pcr, digestsOf(pcr));
  }

  private UUID draft(Map<Integer, List<Bytes>> allowed) {
    UUID baseline = UUID.randomUUID();
    jdbc.sql(
            "INSERT INTO baseline (id, name, aspect, created_by) VALUES (:id, :name, 'rules', 'test')")
        .param("id", baseline)
        .param("name", "b-" + baseline)
        .update();
    return draft(baseline, 1, allowed);
  }

  private UUID draft(UUID baseline, int number, Map<Integer, List<Bytes>> allowed) {
    UUID version = UUID.randomUUID();
    jdbc.sql(
            """
            INSERT INTO baseline_version (id, baseline_id, number, label, state, origin, created_by)
            VALUES (:id, :baseline, :number, 'ruled', 'draft', 'typed', 'test')
            """)
        .param("id", version)
        .param("baseline", baseline)
        .param("number", number)
        .update();
    allowed.forEach((pcr, digests) -> rule(version, pcr, digests, false));
    return version;
  }

  private void rule(UUID version, int pcr, List<Bytes> digests, boolean required) {
    for (Bytes digest : digests.stream().distinct().toList()) {
      jdbc.sql(
              "INSERT INTO event_rule (version_id, pcr, digest, required) VALUES (:id, :pcr, :digest, :required)")
          .param("id", version)
          .param("pcr", pcr)
          .param("digest", digest.toArray())
          .param("required", required)
          .update();
    }
  }

  private void secureBoot(UUID version, String demand, Bytes digest) {
    jdbc.sql(
            "INSERT INTO secure_boot_rule (version_id, demand, digest) VALUES (:id, :demand, :digest)")
        .param("id", version)
        .param("demand", demand)
        .param("digest", digest.toArray())
        .update();
  }

  private void bindRules(UUID version, boolean publish) {
    if (publish) {
      publishAndAccept(version);
    }
    jdbc.sql(
            """
            INSERT INTO binding (id, group_id, baseline_id, purposes, created_by)
            VALUES (:id, :group, :baseline, ARRAY['provision', 'unlock', 'report'], 'test')
            """)
        .param("id", UUID.randomUUID())
        .param("group", device.group())
        .param("baseline", baselineOf(version))
        .update();
  }

  private void publishAndAccept(UUID version) {
    jdbc.sql("UPDATE baseline_version SET state = 'published', published_at = now() WHERE id = :id")
        .param("id", version)
        .update();
    jdbc.sql(
            """
            INSERT INTO acceptance (id, version_id, group_id, valid_from, created_by)
            VALUES (:id, :version, :group, now() - interval '1 hour', 'test')
            """)
        .param("id", UUID.randomUUID())
        .param("version", version)
        .param("group", device.group())
        .update();
  }

  private void acceptAnother(UUID version) {
    UUID another = draft(baselineOf(version), 2, Map.of(4, List.of(OTHER)));
    publishAndAccept(another);
  }

  private UUID baselineOf(UUID version) {
    return jdbc.sql("SELECT baseline_id FROM baseline_version WHERE id = :id")
        .param("id", version)
        .query(UUID.class)
        .single();
  }

  // --- recorded boots ---

  private static Bytes log(String boot) {
    return EvidenceFolder.bytes(EvidenceFolder.boot(boot, "binary_bios_measurements"));
  }

  private static void boot(TestDevice device, Bytes log) {
    device.tpm().reset();
    device.tpm().passTime(1_000);
    for (Event event : EventLog.parse(log).events()) {
      if (event.isExtending()) {
        device.tpm().extend(event.pcr(), event.digest(LogHash.SHA256).orElseThrow());
      }
    }
  }

  private static List<Bytes> digestsOf(int pcr) {
    List<Bytes> digests =
        EventLog.parse(LOG).replay(LogHash.SHA256).events(pcr).stream()
            .map(event -> event.digest(LogHash.SHA256).orElseThrow())
            .toList();
    assertThat(digests).isNotEmpty();
    return digests;
  }

  private static Bytes authority() {
    return SecureBoot.of(EventLog.parse(LOG), LogHash.SHA256)
        .authorities()
        .getFirst()
        .fingerprint();
  }

  /** A record of the recorded log's form: two banks, no data; its SHA-1 digest is made up. */
  private static Bytes record(int pcr, Bytes digest) {
    return Bytes.concat(
        Bytes.fromHex("0" + pcr + "0000000d000000020000000400"),
        Bytes.zeros(20),
        Bytes.fromHex("0b00"),
        digest,
        Bytes.zeros(4));
  }
}
