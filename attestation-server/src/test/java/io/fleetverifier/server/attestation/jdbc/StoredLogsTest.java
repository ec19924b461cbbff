// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import org.junit.jupiter.api.Test;

class StoredLogsTest {
  private static final Bytes ONE = Bytes.utf8("one log").sha256();
  private static final Bytes OTHER = Bytes.utf8("another log").sha256();

  private final StoredLogs stored = new StoredLogs();

  @Test
  void onlyALogWhoseWriteWasCommittedIsKnown() {
    assertThat(stored.contain(1, ONE)).isFalse();
    stored.committed(1, ONE);
    assertThat(stored.contain(1, ONE)).isTrue();
    assertThat(stored.contain(1, OTHER)).isFalse();
  }

  @Test
  void nothingIsKnownOfADatabaseThatWasRestored() {
    stored.committed(1, ONE);
    assertThat(stored.contain(2, ONE)).isFalse();
  }
}
