// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.DataProof;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.LogCheck;
import io.fleetverifier.server.eventlog.LogFinding;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.Replay;
import io.fleetverifier.server.eventlog.TypicalLog;
import org.junit.jupiter.api.Test;

/** Guards against gross regressions; the limits themselves are for {@code ./run bench log}. */
class LogCostTest {

  private static final Bytes LOG = TypicalLog.ofSize(60_000);

  @Test
  void theMeasuredLogIsAlwaysTheSameAndAlmostOfTheSizeAskedFor() {
    assertThat(TypicalLog.ofSize(60_000)).isEqualTo(LOG);
    assertThat(LOG.size()).isBetween(59_950, 60_000);
    assertThat(EventLog.parse(LOG).events()).hasSizeBetween(95, 105);
  }

  @Test
  void theMeasuredLogIsSoundAndMostOfItsDataIsProvenByHashing() {
    Replay replay = EventLog.parse(LOG).replay(LogHash.SHA256);
    int proven =
        replay.log().events().stream()
            .map(replay::proof)
            .map(DataProof::proven)
            .mapToInt(data -> data.map(span -> span.size()).orElse(0))
            .sum();
    assertThat(proven).isGreaterThan(50_000);
    assertThat(LogCheck.of(replay)).extracting(LogFinding::code).isEmpty();
  }

  @Test
  void aPassCostsAFewTimesTheHashOfTheLogAndNotMore() {
    assertThat(new LogCost(LOG).ofPass(1, 15).ratio()).isLessThan(4);
  }

  @Test
  void aPassCopiesNoEvents() {
    LogCost cost = new LogCost(LOG);
    cost.ofPass(1, 1);
    assertThat(cost.allocated()).isLessThan(LOG.size());
  }
}
