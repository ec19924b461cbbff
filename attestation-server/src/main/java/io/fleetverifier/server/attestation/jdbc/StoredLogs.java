// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fleetverifier.bytes.Bytes;
import org.springframework.stereotype.Component;

/**
 * Which boot logs this replica knows to be in the database, so that their bytes are not sent there
 * with every attestation. Logs are never deleted from it; a database that was restored counts
 * another epoch, in which nothing is known yet.
 */
@Component
final class StoredLogs {

  /** Each takes about two hundred octets. */
  private static final int MOST_KNOWN = 100_000;

  private record Stored(int epoch, Bytes sha256) {}

  private final Cache<Stored, Boolean> known =
      Caffeine.newBuilder().maximumSize(MOST_KNOWN).build();

  /** Whether a committed write of this epoch has brought the log. */
  boolean contain(int epoch, Bytes sha256) {
    return known.getIfPresent(new Stored(epoch, sha256)) != null;
  }

  /** To be told once the write of a log is committed, and not before. */
  void committed(int epoch, Bytes sha256) {
    known.put(new Stored(epoch, sha256), Boolean.TRUE);
  }
}
