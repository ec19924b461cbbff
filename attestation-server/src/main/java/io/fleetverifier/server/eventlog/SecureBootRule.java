// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.SecureBoot.Authority;
import io.fleetverifier.server.eventlog.SecureBoot.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A demand on Secure Boot: it is on, everything that was checked was checked against one of these
 * authorities, and at least these images are forbidden.
 *
 * @param authorities SHA-256 fingerprints of certificates, or digests of single images
 * @param forbidden SHA-256 digests that dbx must hold
 */
public record SecureBootRule(Set<Bytes> authorities, Set<Bytes> forbidden) {

  /** Why a device does not meet the rule. */
  public enum Violation {
    NOT_ENABLED,
    OTHER_AUTHORITY,
    FORBIDDEN_LIST_TOO_OLD
  }

  /**
   * Copies the sets.
   *
   * @throws IllegalArgumentException when there is no authority: such a rule nobody could meet
   */
  public SecureBootRule {
    authorities = Set.copyOf(authorities);
    forbidden = Set.copyOf(forbidden);
    if (authorities.isEmpty()) {
      throw new IllegalArgumentException("a rule needs at least one authority");
    }
  }

  /**
   * All violations; none means that the rule is met.
   *
   * @param proven of a log that verified quoted values explain: {@link
   *     SecureBoot#of(LogAgainstQuote)}
   */
  public List<Violation> violations(SecureBoot proven) {
    List<Violation> violations = new ArrayList<>();
    if (proven.state() != State.ENABLED) {
      violations.add(Violation.NOT_ENABLED);
    }
    if (!proven.authorities().stream().allMatch(this::isAccepted)) {
      violations.add(Violation.OTHER_AUTHORITY);
    }
    if (!proven.forbiddenDigests().containsAll(forbidden)) {
      violations.add(Violation.FORBIDDEN_LIST_TOO_OLD);
    }
    return List.copyOf(violations);
  }

  private boolean isAccepted(Authority authority) {
    return authority.isSetting() || authorities.contains(authority.fingerprint());
  }
}
