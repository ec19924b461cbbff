// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.LogAgainstQuote.Explanation;
import io.fleetverifier.server.eventlog.LogAgainstQuote.Status;
import io.fleetverifier.server.eventlog.LogFinding.Code;
import io.fleetverifier.server.eventlog.SecureBoot.State;
import io.fleetverifier.server.testing.EvidenceFolder;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Boots recorded for this project: the log against the registers read on the same machine. */
class RecordedBootsTest {

  static EventLog log(String set) {
    return EventLog.parse(
        EvidenceFolder.bytes(EvidenceFolder.boot(set, "binary_bios_measurements")));
  }

  static Map<Integer, Bytes> registers(String set, LogHash bank) {
    Map<Integer, Bytes> values = new TreeMap<>();
    EvidenceFolder.text(EvidenceFolder.boot(set, "pcrs-" + bank.label() + ".txt"))
        .lines()
        .map(line -> line.split(" ", -1))
        .forEach(cells -> values.put(Integer.valueOf(cells[0]), Bytes.fromHex(cells[1])));
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-baseline", "b-cmdline", "d-sb-on", "p-no-pcrsig"})
  void theLogExplainsEveryRegisterButTheOneThatLinuxExtends(String set) {
    for (LogHash bank : new LogHash[] {LogHash.SHA1, LogHash.SHA256}) {
      LogAgainstQuote comparison = LogAgainstQuote.of(log(set).replay(bank), registers(set, bank));
      assertThat(comparison.explanations()).hasSize(24);
      for (Explanation explanation : comparison.explanations().values()) {
        Status expected = explanation.pcr() == 10 ? Status.EXTENDED_AFTER_LOG : Status.REPLAYED;
        assertThat(explanation.status()).as("PCR " + explanation.pcr()).isEqualTo(expected);
      }
      assertThat(comparison.findings()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-baseline", "b-cmdline", "d-sb-on", "p-no-pcrsig"})
  void aSoundLogHasNoFindings(String set) {
    EventLog log = log(set);
    assertThat(log.format()).isEqualTo(EventLog.Format.CRYPTO_AGILE);
    assertThat(log.banks()).containsExactlyInAnyOrder(LogHash.SHA1, LogHash.SHA256);
    assertThat(log.findings()).isEmpty();
    assertThat(LogCheck.of(log.replay(LogHash.SHA256))).isEmpty();
    assertThat(LogWriter.write(log)).isEqualTo(log.source());
  }

  @Test
  void secureBootIsOnInTheOneBootAndOffInTheOther() {
    SecureBoot on = SecureBoot.of(log("d-sb-on"), LogHash.SHA256);
    assertThat(on.state()).isEqualTo(State.ENABLED);
    assertThat(on.platformKey()).isNotEmpty();
    assertThat(on.keyExchangeKeys()).isNotEmpty();
    assertThat(on.authorities())
        .singleElement()
        .satisfies(authority -> {
          assertThat(authority.source()).isEqualTo("db");
          assertThat(authority.inAllowed()).isTrue();
          assertThat(authority.beforeSeparator()).isFalse();
        });
    assertThat(SecureBoot.of(log("a-baseline"), LogHash.SHA256).state()).isEqualTo(State.DISABLED);
  }

  @Test
  void theKeyDatabasesAreThoseThatTheMachineShows() {
    SecureBoot on = SecureBoot.of(log("d-sb-on"), LogHash.SHA256);
    assertThat(on.allowed()).isEqualTo(efiVariable("db"));
    assertThat(on.forbidden()).isEqualTo(efiVariable("dbx"));
    assertThat(on.platformKey()).isEqualTo(efiVariable("PK"));
    assertThat(on.keyExchangeKeys()).isEqualTo(efiVariable("KEK"));
    assertThat(on.forbiddenDigests()).isNotEmpty();
  }

  private static java.util.List<SignatureList> efiVariable(String name) {
    Bytes file = EvidenceFolder.bytes(EvidenceFolder.boot("d-sb-on", "efivar-" + name + ".bin"));
    return SignatureList.decodeAll(Span.of(file.slice(4)));
  }

  /** must-fail 27: the log of one recorded boot beside the registers of another. */
  @Test
  void secureBootIsUndeterminedWhereTheQuotedRegisterIsNotThatOfTheLog() {
    Replay replay = log("d-sb-on").replay(LogHash.SHA256);
    SecureBoot own =
        SecureBoot.of(LogAgainstQuote.of(replay, registers("d-sb-on", LogHash.SHA256)));
    SecureBoot others =
        SecureBoot.of(LogAgainstQuote.of(replay, registers("a-baseline", LogHash.SHA256)));
    SecureBoot unquoted = SecureBoot.of(LogAgainstQuote.of(replay, Map.of()));
    assertThat(own.state()).isEqualTo(State.ENABLED);
    assertThat(others.state()).isEqualTo(State.UNDETERMINED);
    assertThat(others.findings())
        .extracting(LogFinding::code)
        .containsExactly(Code.SECURE_BOOT_NOT_REPLAYED);
    assertThat(unquoted.state()).isEqualTo(State.UNDETERMINED);
  }

  @Test
  void phasesExtendedAfterTheLogAreNamed() {
    Replay replay = log("a-baseline").replay(LogHash.SHA256);
    Bytes image = replay.value(11).orElseThrow();
    Bytes entered = extend(image, BootPhase.ENTER_INITRD);
    Bytes left = extend(entered, BootPhase.LEAVE_INITRD);
    Bytes closed = extend(image, BootPhase.LEAVE_INITRD);
    assertThat(explain(replay, entered).extendedWith()).containsExactly("enter-initrd");
    assertThat(explain(replay, left).extendedWith())
        .containsExactly("enter-initrd", "leave-initrd");
    assertThat(explain(replay, closed).extendedWith()).containsExactly("leave-initrd");
    assertThat(explain(replay, closed).status()).isEqualTo(Status.EXTENDED_AFTER_LOG);
    Bytes unknown = extend(left, BootPhase.ENTER_INITRD);
    assertThat(explain(replay, unknown).status()).isEqualTo(Status.NOT_EXPLAINED);
  }

  private static Bytes extend(Bytes value, BootPhase phase) {
    return Bytes.concat(value, phase.content().sha256()).sha256();
  }

  private static Explanation explain(Replay replay, Bytes pcr11) {
    return LogAgainstQuote.of(replay, Map.of(11, pcr11)).explanations().values().iterator().next();
  }

  @Test
  void whatTheStubMeasuredOfTheImageIsProvenByNameOnly() {
    Replay replay = log("a-baseline").replay(LogHash.SHA256);
    long proven =
        replay.events(11).stream()
            .filter(event -> replay.proof(event).proven().isPresent())
            .count();
    assertThat(replay.events(11)).hasSize(10);
    assertThat(proven).as("one record of each pair").isEqualTo(5);
  }

  @Test
  void theFirmwareTellsWhichFileItStarted() {
    Event image =
        log("a-baseline").events().stream()
            .filter(event -> event.isOf(EventType.EFI_BOOT_SERVICES_APPLICATION))
            .findFirst()
            .orElseThrow();
    assertThat(ImageLoad.decode(image.data()).devicePath().filePath())
        .hasValueSatisfying(path -> assertThat(path).endsWithIgnoringCase(".EFI"));
  }
}
