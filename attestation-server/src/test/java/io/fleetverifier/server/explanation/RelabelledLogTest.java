// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.EventType;
import io.fleetverifier.server.eventlog.LogAgainstQuote;
import io.fleetverifier.server.eventlog.LogAgainstQuote.Status;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.LogWriter;
import io.fleetverifier.server.eventlog.Replay;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who owns a device may write into its log what he likes, wherever no digest covers it. */
class RelabelledLogTest {

  /** These change what is replayed, so that the register is no longer explained at all. */
  private static final Set<EventType> HIDING =
      Set.of(EventType.NO_ACTION, EventType.EFI_HCRTM_EVENT);

  /** One record, with something in it that no digest covers changed. */
  private static Replay with(Replay log, int changed, int type, Bytes data) {
    LogWriter out = new LogWriter().specId(LogHash.SHA256);
    for (Event event : log.log().events().subList(1, log.log().events().size())) {
      boolean here = event.number() == changed;
      out.event(
          event.pcr(),
          here ? type : event.type(),
          LogHash.SHA256,
          event.digest(LogHash.SHA256).orElseThrow(),
          here ? data : event.data().toBytes());
    }
    return EventLog.parse(out.toBytes()).replay(LogHash.SHA256);
  }

  private static Explanation explain(Replay wanted, Replay shown, Map<Integer, Bytes> quoted) {
    Map<Integer, Bytes> expected = TestBoot.values(wanted);
    SortedSet<Integer> differing = TestBoot.differing(expected, quoted);
    return Explainer.explain(
        Optional.of(LogAgainstQuote.of(shown, quoted)),
        ExpectedBoot.ofLog(wanted, expected),
        differing,
        expected);
  }

  private static List<Cause> causes(Explanation explanation) {
    List<Cause> causes = new ArrayList<>(explanation.others());
    causes.addFirst(explanation.cause());
    return causes;
  }

  @ParameterizedTest
  @CsvSource({
    "a-baseline, b-cmdline",
    "a-baseline, d-sb-on",
    "d-sb-on, a-baseline",
    "a-baseline, p-no-pcrsig"
  })
  void anotherTypeChangesNoSentence(String good, String bad) {
    Replay wanted = TestBoot.recorded(good);
    Replay shown = TestBoot.recorded(bad);
    Map<Integer, Bytes> quoted = TestBoot.values(shown);
    List<Cause> truth = causes(explain(wanted, shown, quoted));
    for (Event event : shown.log().events().subList(1, shown.log().events().size())) {
      for (EventType type : EventType.values()) {
        if (!HIDING.contains(type)) {
          Replay relabelled = with(shown, event.number(), type.id(), event.data().toBytes());
          assertThat(causes(explain(wanted, relabelled, quoted)))
              .as(event + " as " + type)
              .isEqualTo(truth);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a-baseline, b-cmdline",
    "a-baseline, d-sb-on",
    "d-sb-on, a-baseline",
    "a-baseline, p-no-pcrsig"
  })
  void dataThatNoDigestCoversChangesNoSentence(String good, String bad) {
    Replay wanted = TestBoot.recorded(good);
    Replay shown = TestBoot.recorded(bad);
    Map<Integer, Bytes> quoted = TestBoot.values(shown);
    List<Cause> truth = causes(explain(wanted, shown, quoted));
    int tried = 0;
    for (Event event : shown.log().events().subList(1, shown.log().events().size())) {
      Bytes data = event.data().toBytes();
      if (event.digest(LogHash.SHA256).orElseThrow().equals(data.sha256())) {
        continue;
      }
      for (int at = 0; at < data.size(); at++) {
        Replay altered = with(shown, event.number(), event.type(), flipped(data, at));
        assertThat(causes(explain(wanted, altered, quoted)))
            .as(event + ", octet " + at)
            .isEqualTo(truth);
        tried++;
      }
    }
    assertThat(tried).isGreaterThan(100);
  }

  @ParameterizedTest
  @CsvSource({"a-baseline, b-cmdline", "d-sb-on, a-baseline"})
  void anEventHiddenFromTheReplayMakesItsRegisterUnexplained(String good, String bad) {
    Replay wanted = TestBoot.recorded(good);
    Replay shown = TestBoot.recorded(bad);
    Map<Integer, Bytes> quoted = TestBoot.values(shown);
    for (Event event : shown.log().events().subList(1, shown.log().events().size())) {
      Replay hidden = with(shown, event.number(), EventType.NO_ACTION.id(), event.data().toBytes());
      explain(wanted, hidden, quoted).pcrs().stream()
          .filter(difference -> difference.pcr() == event.pcr())
          .forEach(difference -> {
            assertThat(difference.status()).isEqualTo(Status.NOT_EXPLAINED);
            assertThat(difference.cause().kind()).isEqualTo(CauseKind.NOT_EXPLAINED);
            assertThat(difference.actual()).isNull();
          });
    }
  }

  private static Bytes flipped(Bytes data, int at) {
    byte[] octets = data.toArray();
    octets[at] ^= 0x01;
    return Bytes.copyOf(octets);
  }
}
