// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.BootLog;
import org.springframework.stereotype.Component;

/** Boot logs that were read lately: a device that attests again sends the log of the same boot. */
@Component
final class BootLogs {

  /** The octets that all kept logs take, about. */
  private static final long MOST_KEPT = 64L << 20;

  private final Cache<Bytes, BootLog> read =
      Caffeine.newBuilder()
          .maximumWeight(MOST_KEPT)
          .weigher((Bytes sha256, BootLog log) ->
              log instanceof BootLog.Read(var replay) ? replay.log().weight() : sha256.size())
          .build();

  /**
   * What the log says by itself.
   *
   * @param sha256 the digest of exactly these bytes, computed by the caller
   */
  BootLog of(Bytes sha256, Bytes bytes) {
    return read.get(sha256, digest -> BootLog.of(bytes));
  }
}
