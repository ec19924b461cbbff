// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The digests of all separators in one bank. */
record SeparatorDigests(Map<Separator, Bytes> digests) {

  private static final Map<LogHash, SeparatorDigests> OF_BANK = new ConcurrentHashMap<>();

  static SeparatorDigests of(LogHash bank) {
    return OF_BANK.computeIfAbsent(bank, SeparatorDigests::compute);
  }

  private static SeparatorDigests compute(LogHash bank) {
    Map<Separator, Bytes> digests = new EnumMap<>(Separator.class);
    for (Separator separator : Separator.values()) {
      digests.put(separator, bank.digest(separator.content()));
    }
    return new SeparatorDigests(digests);
  }

  /** The separator whose digest lies there. */
  Optional<Separator> find(Bytes log, int at) {
    for (Map.Entry<Separator, Bytes> entry : digests.entrySet()) {
      if (log.holdsAt(at, entry.getValue())) {
        return Optional.of(entry.getKey());
      }
    }
    return Optional.empty();
  }
}
