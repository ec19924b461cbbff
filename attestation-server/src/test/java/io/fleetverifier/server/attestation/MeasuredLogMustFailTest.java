// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static io.fleetverifier.server.corpus.LogEdit.first;
import static io.fleetverifier.server.corpus.LogEdit.separator;
import static io.fleetverifier.server.corpus.LogEdit.variable;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.DeviceVerdict;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.server.attestation.Fleet.Golden;
import io.fleetverifier.server.corpus.LogEdit;
import io.fleetverifier.server.corpus.LogEdit.Item;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.EventType;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.SecureBoot;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Attacks with the boot log, from the message to the answer. The device boots what was recorded
 * with Secure Boot on; its one baseline asks for Secure Boot with that authority, and for the
 * events of PCR 4.
 */
@AttestationTest
class MeasuredLogMustFailTest {
  private static final String BOOT = "d-sb-on";

  @Autowired Fleet fleet;
  @Autowired AttestationService service;
  @Autowired JdbcClient jdbc;

  private TestDevice device;

  @BeforeEach
  void enrolADevice() {
    device = fleet.device(fleet.group());
    demand(device.group(), Set.of());
  }

  @Test
  void theLogOfTheBootIsTrusted() {
    boot(LogEdit.ofBoot(BOOT));
    assertThat(attest(LogEdit.ofBoot(BOOT).toBytes()).reasons()).isEmpty();
  }

  /** must-fail 18: the right log, beside a bank into which the firmware never measured. */
  @Test
  void aBankThatWasNeverExtendedIsNotTrusted() {
    device.tpm().reset();
    refused(LogEdit.ofBoot(BOOT).toBytes(), "PCR_NEVER_EXTENDED");
    refused(LogEdit.ofBoot(BOOT).specId(), "PCR_NEVER_EXTENDED");
  }

  /** must-fail 24: types and data are changed, digests are not. */
  @Test
  void whatNoDigestCoversIsNotBelieved() {
    boot(LogEdit.ofBoot(BOOT));
    edited(
        "RULE_NOT_MET",
        log -> change(log, log.indexOf(variable("SecureBoot")), EventType.EFI_ACTION));
    edited(
        "RULE_NOT_MET",
        log -> change(log, log.indexOf(first(7, EventType.EFI_VARIABLE_AUTHORITY)), EventType.IPL));
    edited(
        "RULE_NOT_MET",
        log -> {
          int at = log.indexOf(variable("dbx"));
          Bytes data = log.items().get(at).data();
          int last = data.size() - 1;
          Bytes other = Bytes.concat(data.slice(0, last), Bytes.of(data.at(last) ^ 1));
          log.items().set(at, log.items().get(at).withData(other));
        });
  }

  /** must-fail 25: the authority, and the kernel image, as if they had not been measured. */
  @Test
  void whatIsSaidNotToBeMeasuredIsMissed() {
    boot(LogEdit.ofBoot(BOOT));
    for (EventType type :
        new EventType[] {
          EventType.EFI_VARIABLE_AUTHORITY, EventType.EFI_BOOT_SERVICES_APPLICATION
        }) {
      int pcr = type == EventType.EFI_VARIABLE_AUTHORITY ? 7 : 4;
      edited("LOG_MISSING", log -> change(log, log.indexOf(first(pcr, type)), EventType.NO_ACTION));
    }
  }

  /** must-fail 26: measured so by the firmware, and logged as measured. */
  @Test
  void separatorsThatAreNotAsTheyShouldBeSayNothingGood() {
    for (int pcr : new int[] {4, 7}) {
      measured(
          "RULE_NOT_MET",
          log -> {
            int at = log.indexOf(separator(pcr));
            log.items().add(at, log.items().get(at));
          });
      measured("RULE_NOT_MET", log -> log.items().remove(log.indexOf(separator(pcr))));
      measured(
          "RULE_NOT_MET",
          log ->
              log.items()
                  .set(
                      log.indexOf(separator(pcr)),
                      Item.digestOf(
                          pcr, EventType.SEPARATOR, Bytes.of(1, 0, 0, 0), Bytes.zeros(4))));
    }
  }

  /** must-fail 27: no log, one cut short, one of another boot, one of the other bank's digests. */
  @Test
  void aLogThatDoesNotExplainTheQuoteIsNoLog() {
    boot(LogEdit.ofBoot(BOOT));
    assertThat(device.report().sendTo(service).reasons()).containsExactly("LOG_MISSING");
    refused(LogEdit.ofBoot("a-baseline").toBytes(), "LOG_MISSING");
    refused(LogEdit.ofBoot(BOOT).specId(), "LOG_MISSING");
    edited(
        "LOG_MISSING",
        log -> {
          int at = log.indexOf(first(7, EventType.EFI_VARIABLE_AUTHORITY));
          log.items().subList(at, log.items().size()).clear();
        });
    Bytes whole = LogEdit.ofBoot(BOOT).toBytes();
    refused(whole.slice(0, whole.size() - 1), "LOG_MISSING");
    refused(Bytes.concat(Bytes.of(1), whole.slice(1)), "NOT_A_TPM_LOG");
  }

  /** must-fail 33: Secure Boot is on, but dbx lacks a loader that was revoked since. */
  @Test
  void secureBootWithAnOldListOfForbiddenLoadersIsRefused() {
    TestDevice other = fleet.device(fleet.group());
    demand(other.group(), Set.of(Bytes.utf8("a loader that was revoked").sha256()));
    device = other;
    boot(LogEdit.ofBoot(BOOT));
    refused(LogEdit.ofBoot(BOOT).toBytes(), "RULE_NOT_MET");
  }

  /** must-fail 33 and 34: another image, of another command line, with Secure Boot off. */
  @Test
  void anotherImageIsRefusedWhicheverLogItSends() {
    boot(LogEdit.ofBoot("b-cmdline"));
    refused(LogEdit.ofBoot("b-cmdline").toBytes(), "RULE_NOT_MET");
    refused(LogEdit.ofBoot(BOOT).toBytes(), "LOG_MISSING");
  }

  /** must-fail 24 and 30: octets changed by a fixed seed; every pure rule is tried elsewhere. */
  @Test
  void noAlteredLogOfAnotherImageIsEverTrusted() {
    boot(LogEdit.ofBoot("b-cmdline"));
    Random random = new Random(20261124);
    for (String source : new String[] {"b-cmdline", BOOT}) {
      for (int i = 0; i < 40; i++) {
        byte[] log = LogEdit.ofBoot(source).toBytes().toArray();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
          log[random.nextInt(log.length)] ^= (byte) (1 + random.nextInt(255));
        }
        assertThat(attest(Bytes.copyOf(log)).verdict()).isEqualTo(DeviceVerdict.UNTRUSTED);
      }
    }
  }

  private static void change(LogEdit log, int at, EventType type) {
    log.items().set(at, log.items().get(at).withType(type));
  }

  /** The log is edited after the boot. */
  private void edited(String code, Consumer<LogEdit> edit) {
    LogEdit log = LogEdit.ofBoot(BOOT);
    edit.accept(log);
    refused(log.toBytes(), code);
  }

  /** The machine measured so, and tells it. */
  private void measured(String code, Consumer<LogEdit> edit) {
    LogEdit log = LogEdit.ofBoot(BOOT);
    edit.accept(log);
    boot(log);
    refused(log.toBytes(), code);
  }

  private void refused(Bytes log, String code) {
    AttestationAnswer answer = attest(log);
    assertThat(answer.verdict()).isEqualTo(DeviceVerdict.UNTRUSTED);
    assertThat(answer.reasons()).contains(code);
    assertThat(answer.release()).isNull();
  }

  private AttestationAnswer attest(Bytes log) {
    return device.report().withLog(LogType.TCG_BOOT, log).sendTo(service);
  }

  /** A reset, and every record of the log extended. */
  private void boot(LogEdit log) {
    device.tpm().reset();
    log.items().stream()
        .filter(item -> item.type() != EventType.NO_ACTION.id())
        .forEach(item -> device.tpm().extend(item.pcr(), item.sha256()));
  }

  /** A baseline of rules alone, enforced. */
  private void demand(UUID group, Set<Bytes> forbidden) {
    UUID baseline = UUID.randomUUID();
    UUID version = UUID.randomUUID();
    jdbc.sql(
            """
            INSERT INTO baseline (id, name, aspect, created_by) VALUES (:id, :name, 'image', 'test')
            """)
        .param("id", baseline)
        .param("name", "b-" + baseline)
        .update();
    jdbc.sql(
            """
            INSERT INTO baseline_version (id, baseline_id, number, label, state, origin, created_by)
            VALUES (:id, :baseline, 1, '1.1', 'draft', 'event-log', 'test')
            """)
        .param("id", version)
        .param("baseline", baseline)
        .update();
    events(4)
        .forEach(digest ->
            jdbc.sql("INSERT INTO event_rule VALUES (:version, 4, :digest, true)")
                .param("version", version)
                .param("digest", digest.toArray())
                .update());
    EventLog log = EventLog.parse(LogEdit.ofBoot(BOOT).toBytes());
    SecureBoot.of(log, LogHash.SHA256)
        .authorities()
        .forEach(authority -> secureBoot(version, "authority", authority.fingerprint()));
    forbidden.forEach(digest -> secureBoot(version, "forbidden", digest));
    jdbc.sql("UPDATE baseline_version SET state = 'published', published_at = now() WHERE id = :id")
        .param("id", version)
        .update();
    fleet.bind(group, new Golden(baseline, version, fleet.accept(group, version)));
  }

  private static Set<Bytes> events(int pcr) {
    Set<Bytes> digests = new HashSet<>();
    for (Item item : LogEdit.ofBoot(BOOT).items()) {
      if (item.pcr() == pcr && item.type() != EventType.SEPARATOR.id()) {
        digests.add(item.sha256());
      }
    }
    return digests;
  }

  private void secureBoot(UUID version, String demand, Bytes digest) {
    jdbc.sql("INSERT INTO secure_boot_rule VALUES (:version, :demand, :digest)")
        .param("version", version)
        .param("demand", demand)
        .param("digest", digest.toArray())
        .update();
  }
}
