// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.LogAgainstQuote.Status;
import io.fleetverifier.server.eventlog.LogFinding.Code;
import io.fleetverifier.server.eventlog.SecureBoot.State;
import io.fleetverifier.server.testing.EvidenceFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Logs of real machines, against values computed by other programs or stated by their sources. */
class CollectedLogsTest {

  private static final int LOGS = 73;

  @TestFactory
  List<DynamicTest> everyCollectedLogGivesWhatIsKnownOfIt() {
    JsonNode expected =
        JsonMapper.shared()
            .readTree(EvidenceFolder.text(EvidenceFolder.collection("expected.json")));
    List<DynamicTest> tests = new ArrayList<>();
    for (Path file : EvidenceFolder.files(EvidenceFolder.collection("eventlogs"))) {
      String name = file.getFileName().toString();
      JsonNode known = expected.path(name);
      tests.add(DynamicTest.dynamicTest(name, () -> checkLog(EvidenceFolder.bytes(file), known)));
    }
    assertThat(tests).hasSize(LOGS);
    return tests;
  }

  private static void checkLog(Bytes log, JsonNode known) {
    assertThat(known.isMissingNode()).as("something is known of the log").isFalse();
    if (known.path("mustReject").asBoolean(false)) {
      assertThatThrownBy(() -> EventLog.parse(log)).isInstanceOf(EventLogException.class);
      return;
    }
    EventLog parsed = EventLog.parse(log);
    assertThat(LogWriter.write(parsed)).as("encoded again").isEqualTo(withoutPadding(parsed));
    if (known.has("format")) {
      checkShape(parsed, known);
      checkReplay(parsed, known.path("replayedPcrs"));
      checkStated(parsed, known);
    }
  }

  private static Bytes withoutPadding(EventLog parsed) {
    return parsed.source().slice(0, LogWriter.write(parsed).size());
  }

  private static void checkShape(EventLog parsed, JsonNode known) {
    assertThat(parsed.format() == EventLog.Format.SHA1 ? "sha1" : "agile")
        .isEqualTo(known.path("format").asString());
    assertThat(parsed.banks().stream().map(LogHash::label).sorted().toList())
        .isEqualTo(known.path("banks").valueStream().map(JsonNode::asString).sorted().toList());
    assertThat(parsed.events()).hasSize(known.path("events").asInt());
    JsonNode locality = known.path("startupLocality");
    assertThat(parsed.startupLocality())
        .isEqualTo(locality.isNumber() ? OptionalInt.of(locality.asInt()) : OptionalInt.empty());
  }

  private static void checkReplay(EventLog parsed, JsonNode replayed) {
    for (Map.Entry<String, JsonNode> bank : replayed.properties()) {
      assertThat(parsed.replay(hash(bank.getKey())).values())
          .as(bank.getKey())
          .isEqualTo(values(bank.getValue()));
    }
  }

  /**
   * What a source or the TPM itself states must be explained, apart from what is told to differ.
   */
  private static void checkStated(EventLog parsed, JsonNode known) {
    for (JsonNode source : known.path("sourceStatedPcrs")) {
      for (Map.Entry<String, JsonNode> bank : source.path("pcrs").properties()) {
        if (!parsed.isTpmLog()) {
          continue;
        }
        LogAgainstQuote comparison =
            LogAgainstQuote.of(parsed.replay(hash(bank.getKey())), values(bank.getValue()));
        assertThat(comparison.explanations().values())
            .as(source.path("statedIn").asString())
            .allMatch(explanation -> explanation.status() == Status.REPLAYED);
      }
    }
  }

  private static LogHash hash(String label) {
    for (LogHash hash : LogHash.values()) {
      if (hash.label().equals(label)) {
        return hash;
      }
    }
    throw new AssertionError("unknown bank " + label);
  }

  private static Map<Integer, Bytes> values(JsonNode pcrs) {
    TreeMap<Integer, Bytes> values = new TreeMap<>();
    pcrs.properties()
        .forEach(pcr ->
            values.put(Integer.valueOf(pcr.getKey()), Bytes.fromHex(pcr.getValue().asString())));
    return values;
  }

  @Test
  void logsThatEndTheFirmwaresTimeAreThoseThatTheIndexSaysDoSo() {
    Map<String, String> index = new TreeMap<>();
    EvidenceFolder.text(EvidenceFolder.collection("INDEX.md"))
        .lines()
        .map(line -> line.split(" \\| ", -1))
        .filter(cells -> cells.length == 6 && cells[0].startsWith("| "))
        .forEach(cells -> index.put(cells[0].substring(2), cells[5]));
    for (Map.Entry<String, EventLog> log : logs().entrySet()) {
      String verdict = index.get(log.getKey());
      if (verdict != null && verdict.contains("replayedPcrs in expected.json")) {
        boolean silent =
            codes(LogCheck.of(log.getValue().replay(bankOf(log.getValue()))))
                .contains(Code.NO_EXIT_BOOT_SERVICES);
        assertThat(silent).as(log.getKey()).isEqualTo(verdict.contains("no ExitBootServices"));
      }
    }
  }

  @Test
  void secureBootIsWhatTheSourcesSayOfIt() {
    Map<String, EventLog> logs = logs();
    assertThat(state(logs, "go-attestation__option-rom-eventlog.bin")).isEqualTo(State.ENABLED);
    assertThat(state(logs, "go-attestation__sb-cert-eventlog.bin")).isEqualTo(State.ENABLED);
    assertThat(state(logs, "goattest__windows-gcp-shielded.bin")).isEqualTo(State.ENABLED);
    assertThat(state(logs, "go-tpm-tools__arch-linux-workstation.bin"))
        .isEqualTo(State.UNDETERMINED);
    assertThat(state(logs, "tpm2-tools__event-sd-boot-fedora37.bin")).isEqualTo(State.UNDETERMINED);
    assertThat(state(logs, "ibmtss__amd635.log.bin"))
        .as("two separators in each register")
        .isEqualTo(State.UNDETERMINED);
  }

  @Test
  void secureBootIsNeverSaidToBeOnWhereItsVariableIsNotOneAndNeverOffWhereItIsNotZero() {
    JsonNode expected =
        JsonMapper.shared()
            .readTree(EvidenceFolder.text(EvidenceFolder.collection("expected.json")));
    Map<State, Integer> seen = new TreeMap<>();
    logs()
        .forEach((name, log) -> {
          String variable = expected.path(name).path("secureBootVariableHex").asString("");
          State state = SecureBoot.of(log, bankOf(log)).state();
          seen.merge(state, 1, Integer::sum);
          assertThat(state)
              .as(name)
              .isIn(
                  State.UNDETERMINED,
                  switch (variable) {
                    case "00" -> State.DISABLED;
                    case "01" -> State.ENABLED;
                    default -> State.UNDETERMINED;
                  });
        });
    assertThat(seen).containsEntry(State.ENABLED, 24).containsEntry(State.DISABLED, 26);
  }

  @Test
  void oldShimsLogOneOctetMoreThanTheyMeasure() {
    EventLog log = logs().get("go-attestation__sb-cert-eventlog.bin");
    Replay replay = Objects.requireNonNull(log).replay(LogHash.SHA256);
    assertThat(codes(LogCheck.of(replay))).filteredOn(Code.ONE_OCTET_TOO_MANY::equals).hasSize(2);
    assertThat(SecureBoot.of(replay).authorities()).hasSize(3);
    assertThat(SecureBoot.of(replay).authorities().getLast().content().at(0)).isEqualTo(0x30);
  }

  @Test
  void logsOfConfidentialMachinesAreToldApart() {
    logs()
        .forEach((name, log) -> {
          boolean confidential = name.contains("ccel-") || name.contains("intel-tdx");
          assertThat(log.isTpmLog()).as(name).isEqualTo(!confidential);
          assertThat(codes(log.findings()).contains(Code.NOT_A_TPM_LOG)).isEqualTo(confidential);
        });
  }

  @Test
  void aDuplicatedSeparatorOfAConfidentialMachineIsTold() {
    EventLog log = logs().get("go-eventlog__cos-113-intel-tdx-dupe-separator-unpadded.bin");
    assertThat(codes(LogCheck.of(Objects.requireNonNull(log).replay(LogHash.SHA384))))
        .contains(Code.DUPLICATE_SEPARATOR);
  }

  @Test
  void anAlteredLogDoesNotExplainTheRegistersOfTheTrueOne() {
    JsonNode known =
        JsonMapper.shared()
            .readTree(EvidenceFolder.text(EvidenceFolder.collection("expected.json")))
            .path("hirs__tpmlog-altered.bin");
    JsonNode stated = known.path("statedPcrsOfUnalteredLog").path(0).path("pcrs").path("sha256");
    EventLog log = Objects.requireNonNull(logs().get("hirs__tpmlog-altered.bin"));
    LogAgainstQuote comparison = LogAgainstQuote.of(log.replay(LogHash.SHA256), values(stated));
    assertThat(comparison.status(0)).isEqualTo(Status.NOT_EXPLAINED);
    assertThat(comparison.status(1)).isEqualTo(Status.NOT_EXPLAINED);
    for (int pcr = 2; pcr <= 7; pcr++) {
      assertThat(comparison.status(pcr)).as("PCR " + pcr).isEqualTo(Status.REPLAYED);
    }
    assertThat(comparison.provenEvents(0)).isEmpty();
  }

  @Test
  void ofTheArchiveOfOneDeviceOnlyTheLogOfItsLastBootExplainsItsQuote() {
    JsonNode quote = quote("immune-dell-notebook-5eventlogs-wbcl.json");
    List<JsonNode> logs = quote.path("eventLogs").valueStream().toList();
    for (JsonNode name : logs) {
      boolean last = name.equals(logs.getLast());
      LogAgainstQuote comparison = compare(name.asString(), quote, LogHash.SHA256);
      assertThat(comparison.status(0)).isEqualTo(Status.REPLAYED);
      assertThat(comparison.status(12)).isEqualTo(last ? Status.REPLAYED : Status.NOT_EXPLAINED);
    }
  }

  @Test
  void aBankThatWindowsClosedIsToldAsCappedNotAsTamperedWith() {
    JsonNode quote = quote("immune-imn-supermicro-epp-msdefender.json");
    String log = quote.path("eventLogs").path(0).asString();
    LogAgainstQuote sha1 = compare(log, quote, LogHash.SHA1);
    for (int pcr = 0; pcr <= 7; pcr++) {
      assertThat(sha1.status(pcr)).isEqualTo(Status.EXTENDED_AFTER_LOG);
    }
    assertThat(codes(sha1.findings())).contains(Code.PCR_CAPPED);
    assertThat(sha1.status(12)).as("its events have no SHA-1").isEqualTo(Status.NOT_EXPLAINED);
    LogAgainstQuote sha256 = compare(log, quote, LogHash.SHA256);
    assertThat(sha256.explanations().values())
        .allMatch(explanation -> explanation.status() == Status.REPLAYED);
  }

  private static JsonNode quote(String name) {
    Path file = EvidenceFolder.collection("quotes").resolve(name);
    return JsonMapper.shared().readTree(EvidenceFolder.text(file));
  }

  private static LogAgainstQuote compare(String log, JsonNode quote, LogHash bank) {
    EventLog parsed = Objects.requireNonNull(logs().get(log), log);
    return LogAgainstQuote.of(parsed.replay(bank), values(quote.path("pcrs").path(bank.label())));
  }

  private static Map<String, EventLog> logs() {
    Map<String, EventLog> logs = new TreeMap<>();
    for (Path file : EvidenceFolder.files(EvidenceFolder.collection("eventlogs"))) {
      try {
        logs.put(file.getFileName().toString(), EventLog.parse(EvidenceFolder.bytes(file)));
      } catch (EventLogException refused) {
        // Which logs are refused, and that only those are, is the first test's subject.
        assertThat(refused.code()).isNotEmpty();
      }
    }
    return logs;
  }

  private static LogHash bankOf(EventLog log) {
    return log.preferredBank().orElseThrow();
  }

  private static State state(Map<String, EventLog> logs, String name) {
    EventLog log = Objects.requireNonNull(logs.get(name), name);
    return SecureBoot.of(log, bankOf(log)).state();
  }

  private static List<Code> codes(List<LogFinding> findings) {
    return findings.stream().map(LogFinding::code).toList();
  }
}
