// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.SecureBoot.State;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * An attacker who owns the machine rewrites the log at will; the quoted registers he cannot change.
 * Whatever he writes, nothing better than the truth may come out, and nobody else may be named.
 */
class AlteredLogTest {

  private static final int TYPE = 4;

  private static SecureBoot read(Bytes log, Map<Integer, Bytes> quoted) {
    return SecureBoot.of(LogAgainstQuote.of(EventLog.parse(log).replay(LogHash.SHA256), quoted));
  }

  /** The reading of an altered log is the true one, or none, or a refusal of the log. */
  private static void check(Bytes altered, SecureBoot truth, Map<Integer, Bytes> quoted) {
    SecureBoot read;
    try {
      EventLog log = EventLog.parse(altered);
      if (!log.isTpmLog() || !log.banks().contains(LogHash.SHA256)) {
        return;
      }
      read = read(altered, quoted);
    } catch (EventLogException refused) {
      return;
    }
    if (read.state() != State.UNDETERMINED) {
      assertThat(read.state()).isEqualTo(truth.state());
      assertThat(read.authorities()).isEqualTo(truth.authorities());
      assertThat(read.allowed()).isEqualTo(truth.allowed());
      assertThat(read.forbidden()).isEqualTo(truth.forbidden());
    }
  }

  /** must-fail 24: one bit of each octet of a recorded log is flipped, by a fixed seed. */
  @Test
  void aChangedBitNeverMakesSecureBootLookBetterNorNamesAnotherAuthority() {
    Random random = new Random(20260106);
    for (String set : new String[] {"a-baseline", "d-sb-on"}) {
      Bytes log = RecordedBootsTest.log(set).source();
      Map<Integer, Bytes> quoted = RecordedBootsTest.registers(set, LogHash.SHA256);
      SecureBoot truth = read(log, quoted);
      for (int at = 0; at < log.size(); at++) {
        check(EventLogTest.with(log, at, log.at(at) ^ 1 << random.nextInt(8)), truth, quoted);
      }
    }
  }

  /**
   * must-fail 24 and 25: every record of a recorded log takes every known type, EV_NO_ACTION too.
   */
  @Test
  void anotherTypeNeverMakesSecureBootLookBetterNorNamesAnotherAuthority() {
    for (String set : new String[] {"a-baseline", "d-sb-on"}) {
      EventLog parsed = RecordedBootsTest.log(set);
      Map<Integer, Bytes> quoted = RecordedBootsTest.registers(set, LogHash.SHA256);
      SecureBoot truth = read(parsed.source(), quoted);
      int at = recordSize(parsed.events().getFirst(), true);
      for (Event event : parsed.events().subList(1, parsed.events().size())) {
        for (EventType type : EventType.values()) {
          check(withType(parsed.source(), at + TYPE, type.id()), truth, quoted);
        }
        at += recordSize(event, false);
      }
      assertThat(at).isEqualTo(parsed.source().size());
    }
  }

  private static int recordSize(Event event, boolean first) {
    int digests =
        first ? LogHash.SHA1.size() : 4 + 2 + LogHash.SHA1.size() + 2 + LogHash.SHA256.size();
    return 4 + 4 + digests + 4 + event.data().size();
  }

  private static Bytes withType(Bytes log, int at, int type) {
    Bytes changed = log;
    for (int i = 0; i < 4; i++) {
      changed = EventLogTest.with(changed, at + i, type >>> (8 * i) & 0xff);
    }
    return changed;
  }

  /** must-fail 27: each record of a recorded log is left out, or written twice. */
  @Test
  void eventsAppendedOrTakenAwayOrSwappedLeaveThatRegisterUnexplained() {
    EventLog parsed = RecordedBootsTest.log("a-baseline");
    Map<Integer, Bytes> quoted = RecordedBootsTest.registers("a-baseline", LogHash.SHA256);
    SecureBoot truth = read(parsed.source(), quoted);
    for (int left = 1; left < parsed.events().size(); left++) {
      LogWriter without = new LogWriter().specId(LogHash.SHA256);
      LogWriter twice = new LogWriter().specId(LogHash.SHA256);
      for (Event event : parsed.events().subList(1, parsed.events().size())) {
        if (event.number() != left) {
          copy(event, without);
        } else {
          copy(event, twice);
        }
        copy(event, twice);
      }
      check(without.toBytes(), truth, quoted);
      check(twice.toBytes(), truth, quoted);
      int pcr = parsed.events().get(left).pcr();
      LogAgainstQuote less =
          LogAgainstQuote.of(EventLog.parse(without.toBytes()).replay(LogHash.SHA256), quoted);
      assertThat(less.status(pcr))
          .as("event " + left)
          .isEqualTo(LogAgainstQuote.Status.NOT_EXPLAINED);
    }
  }

  private static void copy(Event event, LogWriter target) {
    target.event(
        event.pcr(),
        event.type(),
        LogHash.SHA256,
        event.digest(LogHash.SHA256).orElseThrow(),
        event.data().toBytes());
  }
}
