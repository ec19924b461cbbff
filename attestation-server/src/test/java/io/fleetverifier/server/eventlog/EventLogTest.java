// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventLogException.Fault;
import io.fleetverifier.server.eventlog.LogFinding.Code;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventLogTest {

  private static final int EV_NO_ACTION = 3;
  private static final int EV_ACTION = 5;
  private static final Bytes TEXT = Bytes.utf8("text");

  private static LogWriter agile() {
    return new LogWriter().specId(LogHash.SHA1, LogHash.SHA256);
  }

  private static void refused(Fault fault, LogWriter log) {
    refused(fault, log.toBytes());
  }

  private static void refused(Fault fault, Bytes log) {
    assertThatExceptionOfType(EventLogException.class)
        .isThrownBy(() -> EventLog.parse(log))
        .satisfies(refusal -> assertThat(refusal.fault()).isEqualTo(fault));
  }

  @Test
  void anEmptyLogIsRefused() {
    refused(Fault.EMPTY, Bytes.EMPTY);
  }

  @Test
  void aLogAboveOneMebibyteIsRefused() {
    refused(Fault.TOO_LARGE, Bytes.zeros(EventLog.LARGEST_SIZE + 1));
  }

  @Test
  void moreThan4096EventsAreRefusedAndAsManyAreRead() {
    LogWriter log = agile();
    for (int i = 1; i < EventLog.MOST_EVENTS; i++) {
      log.measured(8, EventType.ACTION, TEXT);
    }
    assertThat(EventLog.parse(log.toBytes()).events()).hasSize(EventLog.MOST_EVENTS);
    refused(Fault.TOO_MANY_EVENTS, log.measured(8, EventType.ACTION, TEXT));
  }

  /** must-fail 30: two gigabytes claimed in a short log. */
  @Test
  void aClaimedSizeAboveWhatIsLeftIsRefusedWithoutBeingAllocated() {
    LogWriter record = agile().le32(0).le32(EV_ACTION).le32(1).le16(LogHash.SHA256.id());
    refused(Fault.TRUNCATED, record.bytes(Bytes.zeros(32)).le32(0xffffffff).bytes(TEXT));
  }

  @Test
  void everyTruncationIsRefusedOrEndsAtARecord() {
    Bytes whole = RecordedBootsTest.log("a-baseline").source();
    for (int size = 0; size < whole.size(); size++) {
      Bytes cut = whole.slice(0, size);
      try {
        EventLog log = EventLog.parse(cut);
        assertThat(LogWriter.write(log).size() + padding(log)).isEqualTo(size);
      } catch (EventLogException declared) {
        assertThat(declared.fault()).isNotNull();
      }
    }
  }

  private static int padding(EventLog log) {
    return log.source().size() - LogWriter.write(log).size();
  }

  @Test
  void aLogOfAnotherVersionIsRefused() {
    Bytes right = agile().toBytes();
    refused(Fault.SPEC_ID, with(right, 32 + 21, 1));
    refused(Fault.SPEC_ID, with(right, 32 + 14, '9'));
  }

  @Test
  void aSpecIdThatIsNotExactIsRefused() {
    Bytes right = agile().toBytes();
    int count = 32 + 24;
    refused(Fault.SPEC_ID, with(right, count, 0));
    refused(Fault.SPEC_ID, with(right, count, 1));
    refused(Fault.SPEC_ID, with(right, count, 3));
    refused(Fault.SPEC_ID, with(right, count, 17));
    refused(Fault.SPEC_ID, with(with(right, count, 0xff), count + 3, 0xff));
    refused(Fault.SPEC_ID, with(right, count + 6, 32));
    refused(Fault.SPEC_ID, with(right, right.size() - 1, 9));
    refused(Fault.SPEC_ID, with(right, 8, 1));
    refused(Fault.SPEC_ID, with(right, 0, 5));
    refused(Fault.SPEC_ID, new LogWriter().specId(LogHash.SHA256, LogHash.SHA256));
  }

  @Test
  void aSecondSpecIdIsRefusedAndSoAreEventsBeforeTheFirst() {
    refused(
        Fault.SPEC_ID, agile().event(0, EV_NO_ACTION, LogHash.SHA256, Bytes.zeros(32), specId()));
    refused(
        Fault.SPEC_ID,
        new LogWriter().sha1(0, EV_ACTION, Bytes.zeros(20), TEXT).specId(LogHash.SHA256));
  }

  private static Bytes specId() {
    return Bytes.concat(Bytes.utf8("Spec ID Event03"), Bytes.of(0));
  }

  @Test
  void aDigestThatWasNotDeclaredIsRefused() {
    refused(Fault.DIGESTS, agile().event(0, EV_ACTION, LogHash.SHA384, Bytes.zeros(48), TEXT));
  }

  @Test
  void twoDigestsOfOneAlgorithmAreRefused() {
    LogWriter log = agile().le32(0).le32(EV_ACTION).le32(2);
    log.le16(LogHash.SHA256.id()).bytes(Bytes.zeros(32));
    log.le16(LogHash.SHA256.id()).bytes(Bytes.zeros(32));
    refused(Fault.DIGESTS, log.le32(0));
  }

  @Test
  void moreDigestsThanDeclaredAreRefused() {
    refused(Fault.DIGESTS, agile().le32(0).le32(EV_ACTION).le32(0xffffffff));
  }

  @Test
  void aMissingDigestLeavesTheRegisterOfThatBankOpen() {
    EventLog log = EventLog.parse(agile().measured(12, EventType.EVENT_TAG, TEXT).toBytes());
    assertThat(log.replay(LogHash.SHA256).values()).containsOnlyKeys(12);
    assertThat(log.replay(LogHash.SHA1).values()).isEmpty();
    assertThat(log.replay(LogHash.SHA1).isComplete(12)).isFalse();
    assertThat(LogCheck.of(log.replay(LogHash.SHA1)))
        .extracting(LogFinding::code)
        .contains(Code.BANK_INCOMPLETE);
  }

  /** must-fail 30: PCR 24, 255 and none, by writing the field. */
  @Test
  void anExtendOfARegisterThatNoTpmHasIsRefused() {
    refused(Fault.PCR_INDEX, agile().measured(24, EventType.ACTION, TEXT));
    refused(Fault.PCR_INDEX, agile().measured(0x7fffffff, EventType.ACTION, TEXT));
    refused(Fault.PCR_INDEX, agile().measured(-1, EventType.ACTION, TEXT));
    refused(Fault.PCR_INDEX, new LogWriter().sha1(24, EV_ACTION, Bytes.zeros(20), TEXT));
  }

  @Test
  void whatExtendsNothingMayNameNoRegister() {
    EventLog log = EventLog.parse(agile().measured(-1, EventType.NO_ACTION, TEXT).toBytes());
    assertThat(log.events().getLast().pcr()).isEqualTo(Event.NO_PCR);
    assertThat(log.replay(LogHash.SHA256).values()).isEmpty();
  }

  @Test
  void onlyATailOfOneKindIsPadding() {
    LogWriter log = agile().measured(8, EventType.ACTION, TEXT);
    Bytes records = log.toBytes();
    for (int filler : new int[] {0x00, 0xff}) {
      Bytes padded = Bytes.concat(records, filled(100, filler));
      EventLog parsed = EventLog.parse(padded);
      assertThat(parsed.events()).hasSize(2);
      assertThat(parsed.findings()).extracting(LogFinding::code).containsExactly(Code.PADDING);
    }
  }

  @Test
  void recordsBehindPaddingAreRefused() {
    Bytes records = agile().measured(8, EventType.ACTION, TEXT).toBytes();
    Bytes more = new LogWriter().measured(8, EventType.ACTION, TEXT).toBytes();
    refused(Fault.PADDING, Bytes.concat(records, Bytes.zeros(64), more));
    refused(Fault.DIGESTS, Bytes.concat(records, filled(64, 0xff), more));
    Bytes old = new LogWriter().sha1(0, EV_ACTION, filled(20, 7), TEXT).toBytes();
    refused(Fault.PADDING, Bytes.concat(old, Bytes.zeros(64), old));
  }

  @Test
  void anUnknownTypeIsReplayedAndTold() {
    EventLog log =
        EventLog.parse(agile().event(0, 0x40e, LogHash.SHA256, TEXT.sha256(), TEXT).toBytes());
    assertThat(log.findings())
        .extracting(LogFinding::code)
        .containsExactly(Code.UNKNOWN_EVENT_TYPE);
    assertThat(log.replay(LogHash.SHA256).values()).containsOnlyKeys(0);
    assertThat(log.replay(LogHash.SHA256).proof(log.events().getLast()).proven()).isEmpty();
  }

  @Test
  void anUnknownBankIsPassedOver() {
    Bytes spec = with(agile().toBytes(), 32 + 28, 0x99);
    LogWriter record = new LogWriter().le32(8).le32(EV_ACTION).le32(2);
    record.le16(0x99).bytes(Bytes.zeros(20)).le16(LogHash.SHA256.id()).bytes(TEXT.sha256());
    EventLog log = EventLog.parse(Bytes.concat(spec, record.le32(0).toBytes()));
    assertThat(log.banks()).containsExactly(LogHash.SHA256);
    assertThat(log.findings()).extracting(LogFinding::code).containsExactly(Code.UNKNOWN_BANK);
  }

  @Test
  void aLogOfAConfidentialMachineIsNotOfATpm() {
    EventLog log = EventLog.parse(with(agile().toBytes(), 0, 1));
    assertThat(log.isTpmLog()).isFalse();
    assertThat(log.format()).isEqualTo(EventLog.Format.CC);
    assertThat(log.findings()).extracting(LogFinding::code).containsExactly(Code.NOT_A_TPM_LOG);
  }

  @Test
  void changedBytesLeadToTheDeclaredExceptionOrToALogThatEncodesBack() {
    Bytes whole = RecordedBootsTest.log("d-sb-on").source();
    Random random = new Random(20260101);
    int parsed = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] changed = whole.toArray();
      for (int i = random.nextInt(4); i >= 0; i--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      Bytes log = Bytes.copyOf(changed, 0, changed.length - random.nextInt(2) * random.nextInt(64));
      try {
        EventLog result = EventLog.parse(log);
        Bytes again = LogWriter.write(result);
        assertThat(again).isEqualTo(log.slice(0, again.size()));
        result
            .banks()
            .forEach(bank -> {
              Replay replay = result.replay(bank);
              assertThat(LogCheck.of(replay)).isNotNull();
              assertThat(SecureBoot.of(replay).state()).isNotNull();
            });
        parsed++;
      } catch (EventLogException declared) {
        assertThat(declared.code()).startsWith("LOG_");
      }
    }
    assertThat(parsed).isGreaterThan(1000);
  }

  static Bytes with(Bytes octets, int at, int value) {
    byte[] changed = octets.toArray();
    changed[at] = (byte) value;
    return Bytes.copyOf(changed);
  }

  static Bytes filled(int size, int value) {
    byte[] octets = new byte[size];
    java.util.Arrays.fill(octets, (byte) value);
    return Bytes.copyOf(octets);
  }
}
