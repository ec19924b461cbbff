// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.audit.AuditLog;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** What an administrator does with the installation's keys; each act is recorded with itself. */
@Component
public final class KeyRotation {

  private final ServerKeys keys;
  private final AuditLog audit;

  KeyRotation(ServerKeys keys, AuditLog audit) {
    this.keys = keys;
    this.audit = audit;
  }

  /** The keys in use, by purpose, oldest first. */
  public List<ServerKeyView> list() {
    return Arrays.stream(KeyPurpose.values())
        .flatMap(purpose -> keys.of(purpose).stream())
        .map(ServerKeyView::of)
        .toList();
  }

  /**
   * Adds a newer key of the purpose, which may not be {@link KeyPurpose#CA}.
   *
   * @param actor who, as in {@link AuditLog#record}
   */
  public ServerKeyView rotate(String actor, KeyPurpose purpose) {
    Bytes made = keys.rotate(purpose, keyId -> record(actor, "server-key.rotate", purpose, keyId));
    return keys.of(purpose).stream()
        .filter(key -> key.keyId().equals(made))
        .map(ServerKeyView::of)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Takes an older answer key out of use, for good: on this replica at once, on others within a
   * minute.
   *
   * @throws ProblemException not-found when no such key is in use, conflict when it is the newest
   */
  public void retireAnswerKey(String actor, Bytes keyId) {
    switch (keys.retire(
        KeyPurpose.ANSWER,
        keyId,
        () -> record(actor, "server-key.retire", KeyPurpose.ANSWER, keyId))) {
      case RETIRED -> {}
      case UNKNOWN -> throw new ProblemException(ProblemCode.NOT_FOUND);
      case NEWEST ->
          throw new ProblemException(
              ProblemCode.CONFLICT, "The newest answer key stays in use: rotate first.");
    }
  }

  private void record(String actor, String act, KeyPurpose purpose, Bytes keyId) {
    audit.record(actor, act, "server-key/" + purpose.code(), Map.of("keyId", keyId.toHex()));
  }
}
