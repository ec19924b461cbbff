// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.LogAgainstQuote.Status;
import io.fleetverifier.server.eventlog.LogFinding.Code;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ReplayTest {

  private static final Bytes A = Bytes.utf8("a");
  private static final Bytes B = Bytes.utf8("b");
  private static final int EV_NO_ACTION = 3;

  private static LogWriter log() {
    return new LogWriter().specId(LogHash.SHA256);
  }

  private static Replay replay(LogWriter log) {
    return EventLog.parse(log.toBytes()).replay(LogHash.SHA256);
  }

  private static List<Code> codes(Replay replay) {
    return LogCheck.of(replay).stream().map(LogFinding::code).toList();
  }

  private static List<Code> ofPcr1(Replay replay) {
    return LogCheck.of(replay).stream()
        .filter(finding -> finding.pcr().equals(OptionalInt.of(1)))
        .map(LogFinding::code)
        .toList();
  }

  private static LogWriter locality(LogWriter log, int pcr, Bytes data) {
    return log.event(pcr, EV_NO_ACTION, LogHash.SHA256, Bytes.zeros(32), data);
  }

  private static Bytes startupLocality(int value) {
    return Bytes.concat(Bytes.utf8("StartupLocality"), Bytes.of(0, value));
  }

  private static Bytes extend(Bytes old, Bytes content) {
    return Bytes.concat(old, content.sha256()).sha256();
  }

  @Test
  void anExtendHashesTheOldValueAndTheDigest() {
    Bytes once = extend(Bytes.zeros(32), A);
    Replay replay = replay(log().measured(8, EventType.ACTION, A).measured(8, EventType.ACTION, B));
    assertThat(replay.values()).isEqualTo(Map.of(8, extend(once, B)));
  }

  @Test
  void oneEventRemovedSwappedOrDuplicatedGivesAnotherValue() {
    Bytes right = value(log().measured(8, EventType.IPL, A).measured(8, EventType.IPL, B));
    assertThat(value(log().measured(8, EventType.IPL, A))).isNotEqualTo(right);
    assertThat(value(log().measured(8, EventType.IPL, B).measured(8, EventType.IPL, A)))
        .isNotEqualTo(right);
    assertThat(
            value(
                log()
                    .measured(8, EventType.IPL, A)
                    .measured(8, EventType.IPL, A)
                    .measured(8, EventType.IPL, B)))
        .isNotEqualTo(right);
  }

  private static Bytes value(LogWriter log) {
    return replay(log).value(8).orElseThrow();
  }

  /** must-fail 25: a digest under the label EV_NO_ACTION. */
  @Test
  void whatIsLabelledNoActionIsNeverExtended() {
    assertThat(replay(log().measured(7, EventType.NO_ACTION, A)).values()).isEmpty();
  }

  @Test
  void theLocalityOfStartupIsTheLastOctetWithWhichRegisterZeroBegins() {
    for (int value : new int[] {0, 3, 4}) {
      EventLog log =
          EventLog.parse(
              locality(log(), 0, startupLocality(value)).measured(0, EventType.IPL, A).toBytes());
      Bytes start = Bytes.concat(Bytes.zeros(31), Bytes.of(value));
      assertThat(log.startupLocality()).isEqualTo(OptionalInt.of(value));
      assertThat(log.replay(LogHash.SHA256).value(0)).contains(extend(start, A));
    }
  }

  /** must-fail 25: StartupLocality twice, late, or not exact. Made record by record. */
  @Test
  void aLocalityThatIsNotExactOrNotTheFirstOrTooLateIsIgnoredAndTold() {
    LogWriter[] wrong = {
      locality(log(), 0, startupLocality(1)),
      locality(log(), 0, Bytes.concat(startupLocality(3), Bytes.of(0))),
      locality(log(), 1, startupLocality(3)),
      locality(log().measured(0, EventType.IPL, A), 0, startupLocality(3)),
    };
    for (LogWriter log : wrong) {
      EventLog parsed = EventLog.parse(log.toBytes());
      assertThat(parsed.startupLocality()).isEmpty();
      assertThat(parsed.findings())
          .extracting(LogFinding::code)
          .containsExactly(Code.STARTUP_LOCALITY_IGNORED);
    }
    LogWriter second = locality(locality(log(), 0, startupLocality(3)), 0, startupLocality(4));
    assertThat(EventLog.parse(second.toBytes()).startupLocality()).isEqualTo(OptionalInt.of(3));
  }

  @Test
  void anHcrtmEventThatComesFirstMakesRegisterZeroBeginWithFour() {
    Bytes four = Bytes.concat(Bytes.zeros(31), Bytes.of(4));
    Replay first = replay(log().measured(0, EventType.EFI_HCRTM_EVENT, A));
    assertThat(first.value(0)).contains(extend(four, A));
    EventLog late =
        EventLog.parse(
            log()
                .measured(0, EventType.IPL, A)
                .measured(0, EventType.EFI_HCRTM_EVENT, A)
                .toBytes());
    assertThat(late.findings()).extracting(LogFinding::code).containsExactly(Code.HCRTM_NOT_FIRST);
    assertThat(late.replay(LogHash.SHA256).value(0))
        .contains(extend(extend(Bytes.zeros(32), A), A));
  }

  /** must-fail 27: PCR 17 from zero, without the dynamic launch that sets it so. */
  @Test
  void registersOfADynamicLaunchBeginWithOnesWithoutEventsAndWithZerosWithThem() {
    Bytes ones = EventLogTest.filled(32, 0xff);
    assertThat(status(log(), 17, ones)).isEqualTo(Status.REPLAYED);
    assertThat(status(log(), 17, Bytes.zeros(32))).isEqualTo(Status.NOT_EXPLAINED);
    Bytes launched = extend(Bytes.zeros(32), A);
    assertThat(status(log().measured(17, EventType.IPL, A), 17, launched))
        .isEqualTo(Status.REPLAYED);
    assertThat(status(log().measured(17, EventType.IPL, A), 17, extend(ones, A)))
        .isEqualTo(Status.NOT_EXPLAINED);
  }

  private static Status status(LogWriter log, int pcr, Bytes quoted) {
    return LogAgainstQuote.of(replay(log), Map.of(pcr, quoted)).status(pcr);
  }

  @Test
  void aSha1LogProvesNothingOfTheOtherBank() {
    EventLog log = EventLog.parse(new LogWriter().sha1(0, 5, Bytes.zeros(20), A).toBytes());
    assertThat(log.banks()).containsExactly(LogHash.SHA1);
    assertThat(org.assertj.core.api.Assertions.catchException(() -> log.replay(LogHash.SHA256)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aQuoteMayBeOfAnEarlierMomentButNotOfBeforeTheSeparator() {
    LogWriter log =
        log()
            .measured(4, EventType.EFI_ACTION, A)
            .separator(4)
            .measured(4, EventType.EFI_ACTION, B);
    Bytes before = extend(Bytes.zeros(32), A);
    Bytes separated = extend(before, Separator.ZEROS.content());
    assertThat(status(log, 4, before)).isEqualTo(Status.NOT_EXPLAINED);
    assertThat(status(log, 4, separated)).isEqualTo(Status.REPLAYED);
    LogAgainstQuote comparison = LogAgainstQuote.of(replay(log), Map.of(4, separated));
    assertThat(comparison.provenEvents(4).orElseThrow()).hasSize(2);
    assertThat(status(log, 4, extend(separated, A))).isEqualTo(Status.NOT_EXPLAINED);
  }

  /** must-fail 18: a bank that the firmware never extended. Made by quoting zeros. */
  @Test
  void aFirmwareRegisterWithoutEventsIsNotExplainedAndAnUnextendedOneIsTold() {
    assertThat(status(log(), 4, A.sha256())).isEqualTo(Status.NOT_EXPLAINED);
    assertThat(status(log(), 9, A.sha256())).isEqualTo(Status.EXTENDED_AFTER_LOG);
    LogAgainstQuote zero = LogAgainstQuote.of(replay(log()), Map.of(4, Bytes.zeros(32)));
    assertThat(zero.findings())
        .extracting(LogFinding::code)
        .containsExactly(Code.PCR_NEVER_EXTENDED);
  }

  @Test
  void aRegisterThatWasNotQuotedIsNotExplained() {
    LogAgainstQuote nothing = LogAgainstQuote.of(replay(log().separator(4)), Map.of());
    assertThat(nothing.status(4)).isEqualTo(Status.NOT_EXPLAINED);
    assertThat(nothing.provenEvents(4)).isEmpty();
  }

  @Test
  void theHandOverThatOldFirmwareDoesNotLogIsSuppliedOnlyWhereItFits() {
    LogWriter log = log().separator(5);
    Bytes logged = extend(Bytes.zeros(32), Separator.ZEROS.content());
    Bytes invoked = extend(logged, Bytes.utf8("Exit Boot Services Invocation"));
    Bytes handed = extend(invoked, Bytes.utf8("Exit Boot Services Returned with Success"));
    assertThat(status(log, 5, handed)).isEqualTo(Status.EXTENDED_AFTER_LOG);
    assertThat(status(log, 5, invoked)).isEqualTo(Status.NOT_EXPLAINED);
    assertThat(status(log.measured(5, EventType.EFI_GPT_EVENT, A), 5, handed))
        .as("the log claims more than the register holds, and is cut where it fits")
        .isEqualTo(Status.NOT_EXPLAINED);
  }

  @Test
  void separatorsAreRecognisedByTheirDigestWhateverTheTypeSays() {
    Replay replay = replay(log().measured(4, EventType.EFI_ACTION, Separator.ZEROS.content()));
    assertThat(replay.separator(replay.events(4).getFirst())).contains(Separator.ZEROS);
    assertThat(codes(replay)).contains(Code.DISGUISED_SEPARATOR);
    Replay relabelled = replay(log().measured(4, EventType.SEPARATOR, A));
    assertThat(relabelled.separator(relabelled.events(4).getFirst())).isEmpty();
    assertThat(codes(relabelled)).contains(Code.FALSE_SEPARATOR, Code.MISSING_SEPARATOR);
  }

  /** must-fail 26: digest of 01000000, data 00000000. */
  @Test
  void anErrorSeparatorIsOneWhateverItsDataSays() {
    LogWriter log = log();
    log.event(
        4,
        EventType.SEPARATOR.id(),
        LogHash.SHA256,
        Separator.ERROR.content().sha256(),
        Separator.ZEROS.content());
    assertThat(codes(replay(log))).contains(Code.ERROR_SEPARATOR);
  }

  @Test
  void aBootOrderOfTheOctetsOfAnErrorSeparatorIsNone() {
    Bytes octets = Separator.ERROR.content();
    LogWriter structure = new LogWriter().bytes(Bytes.zeros(16)).le64(9).le64(octets.size());
    for (char letter : "BootOrder".toCharArray()) {
      structure.le16(letter);
    }
    Bytes variable = structure.bytes(octets).toBytes();
    int type = EventType.EFI_VARIABLE_BOOT.id();

    LogWriter sound = log().event(1, type, LogHash.SHA256, octets.sha256(), variable);
    sound.measured(1, EventType.EFI_ACTION, A).separator(1);
    assertThat(ofPcr1(replay(sound))).isEmpty();
    LogWriter error = log().event(1, type, LogHash.SHA256, octets.sha256(), variable);
    assertThat(ofPcr1(replay(error))).containsExactly(Code.MISSING_SEPARATOR);
    LogWriter elsewhere = log().event(4, type, LogHash.SHA256, octets.sha256(), variable);
    assertThat(codes(replay(elsewhere))).contains(Code.ERROR_SEPARATOR, Code.DISGUISED_SEPARATOR);
    LogWriter other = log().event(1, type, LogHash.SHA256, octets.sha256(), A);
    assertThat(codes(replay(other))).contains(Code.ERROR_SEPARATOR, Code.DISGUISED_SEPARATOR);
  }

  /** must-fail 26: the separator is written twice. */
  @Test
  void aSecondSeparatorIsTold() {
    assertThat(codes(replay(log().separator(4).separator(4)))).contains(Code.DUPLICATE_SEPARATOR);
  }

  /** must-fail 26: events behind the separator, of each type that has no place there. */
  @Test
  void eventsThatHaveNoPlaceBehindASeparatorAreTold() {
    assertThat(codes(replay(log().separator(0).measured(0, EventType.S_CRTM_VERSION, A))))
        .contains(Code.AFTER_SEPARATOR);
    assertThat(
            codes(
                replay(log().separator(4).measured(4, EventType.EFI_BOOT_SERVICES_APPLICATION, A))))
        .doesNotContain(Code.AFTER_SEPARATOR);
  }

  @Test
  void eventsOfTheFirmwareBehindTheHandOverAreTold() {
    LogWriter log = log().separator(5).measured(5, EventType.EFI_ACTION, LogCheck.EXIT_SUCCESS);
    assertThat(codes(replay(log))).doesNotContain(Code.AFTER_EXIT_BOOT_SERVICES);
    assertThat(codes(replay(log.measured(7, EventType.EFI_VARIABLE_AUTHORITY, A))))
        .contains(Code.AFTER_EXIT_BOOT_SERVICES);
  }

  /** must-fail 24: data that the digest does not cover. Made by writing other data beside it. */
  @Test
  void dataIsBelievedOnlyWhereTheDigestIsThatOfTheData() {
    Replay replay =
        replay(
            log()
                .measured(5, EventType.EFI_ACTION, A)
                .event(5, EventType.EFI_ACTION.id(), LogHash.SHA256, A.sha256(), B)
                .event(1, EventType.NONHOST_INFO.id(), LogHash.SHA256, A.sha256(), B)
                .measured(4, EventType.EFI_BOOT_SERVICES_APPLICATION, A));
    List<Event> events = replay.log().events();
    assertThat(replay.proof(events.get(1)).proven().orElseThrow().toBytes()).isEqualTo(A);
    assertThat(replay.proof(events.get(2)).isContradicted()).isTrue();
    assertThat(replay.proof(events.get(3)).proven()).isEmpty();
    assertThat(replay.proof(events.get(3)).isContradicted()).isFalse();
    assertThat(replay.proof(events.get(4)).proven())
        .as("the digest of an image is never that of what the record says")
        .isEmpty();
    assertThat(codes(replay)).contains(Code.DATA_CONTRADICTS_DIGEST);
  }

  @Test
  void ofGrubOnlyTheTextBehindThePrefixIsProven() {
    Bytes data = Bytes.concat(Bytes.utf8("grub_cmd: linux /vmlinuz"), Bytes.of(0));
    Bytes text = Bytes.utf8("linux /vmlinuz");
    Replay right = replay(log().event(8, EventType.IPL.id(), LogHash.SHA256, text.sha256(), data));
    assertThat(right.proof(right.events(8).getFirst()).proven().orElseThrow().toBytes())
        .isEqualTo(text);
    Bytes changed = Bytes.concat(Bytes.utf8("grub_cmd: linux /other"), Bytes.of(0));
    Replay wrong =
        replay(log().event(8, EventType.IPL.id(), LogHash.SHA256, text.sha256(), changed));
    assertThat(wrong.proof(wrong.events(8).getFirst()).proven()).isEmpty();
  }

  @Test
  void ofTheStubOnlyTheNameOfASectionIsProven() {
    Bytes utf16 = Bytes.of('.', 0, 'o', 0, 0, 0);
    Bytes ascii = Bytes.of('.', 'o', 0);
    Replay replay =
        replay(
            log()
                .event(11, EventType.IPL.id(), LogHash.SHA256, ascii.sha256(), utf16)
                .event(11, EventType.IPL.id(), LogHash.SHA256, A.sha256(), utf16));
    assertThat(replay.proof(replay.events(11).getFirst()).proven()).isPresent();
    assertThat(replay.proof(replay.events(11).getLast()).proven()).isEmpty();
  }

  @Test
  void ofABootVariableFirmwareMeasuresTheValueOrTheWholeStructure() {
    Bytes variable = StructuresTest.variable(StructuresTest.GLOBAL, "BootOrder", A);
    int type = EventType.EFI_VARIABLE_BOOT.id();
    Replay replay =
        replay(
            log()
                .event(1, type, LogHash.SHA256, A.sha256(), variable)
                .event(1, type, LogHash.SHA256, variable.sha256(), variable)
                .event(1, type, LogHash.SHA256, B.sha256(), variable));
    List<Event> events = replay.events(1);
    assertThat(replay.proof(events.get(0)).proven().orElseThrow().toBytes()).isEqualTo(A);
    assertThat(replay.proof(events.get(1)).proven().orElseThrow().toBytes()).isEqualTo(variable);
    assertThat(replay.proof(events.get(2)).proven()).isEmpty();
  }
}
