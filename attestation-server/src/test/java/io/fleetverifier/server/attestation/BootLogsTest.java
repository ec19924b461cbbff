// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.BootLog;
import io.fleetverifier.server.eventlog.TypicalLog;
import org.junit.jupiter.api.Test;

class BootLogsTest {
  private final BootLogs logs = new BootLogs();

  @Test
  void aLogIsReadOnceAndKeptByItsDigest() {
    Bytes log = TypicalLog.ofSize(20_000);
    BootLog first = logs.of(log.sha256(), log);
    assertThat(first).isInstanceOf(BootLog.Read.class);
    assertThat(logs.of(log.sha256(), log)).isSameAs(first);
  }

  @Test
  void anotherLogIsReadForItself() {
    Bytes log = TypicalLog.ofSize(20_000);
    Bytes cut = log.slice(0, log.size() - 1);
    assertThat(logs.of(log.sha256(), log)).isInstanceOf(BootLog.Read.class);
    assertThat(logs.of(cut.sha256(), cut)).isInstanceOf(BootLog.Unreadable.class);
  }
}
