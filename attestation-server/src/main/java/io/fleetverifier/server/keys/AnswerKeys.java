// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The answer keys in use. A device accepts those that its measured image lists. */
@Component
public final class AnswerKeys {

  private final ServerKeys keys;

  AnswerKeys(ServerKeys keys) {
    this.keys = keys;
  }

  /** All keys in use, newest first. */
  public List<AnswerKey> all() {
    return keys.of(KeyPurpose.ANSWER).reversed().stream().map(AnswerKey::new).toList();
  }

  /**
   * The newest key that the device accepts.
   *
   * @param acceptedIds key ids (SHA-256 of the public point) as the device's claims list them
   */
  public Optional<AnswerKey> newestAccepted(Collection<Bytes> acceptedIds) {
    return keys.of(KeyPurpose.ANSWER).reversed().stream()
        .filter(key -> acceptedIds.contains(key.keyId()))
        .findFirst()
        .map(AnswerKey::new);
  }
}
