// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access;

import java.util.Arrays;

/** What a caller of the management plane is. A token has exactly one role. */
public enum Role {
  /** Sees what a security operations centre needs: devices, trust, findings, policy. */
  VIEWER("viewer"),
  /** Sees everything that may be seen, the audit log and the tokens among it; changes nothing. */
  AUDITOR("auditor"),
  /** Looks after devices: admits, revokes, retires, renews secrets, acknowledges findings. */
  OPERATOR("operator"),
  /** Says what is trusted: groups, baselines, acceptances, bindings. */
  SECURITY_ENGINEER("security-engineer"),
  /** Second person where two are asked for. */
  RECOVERY_APPROVER("recovery-approver"),
  /** May do everything, since it makes the tokens of all other roles. */
  ADMIN("admin");

  private final String word;

  Role(String word) {
    this.word = word;
  }

  /**
   * The role of this name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Role of(String word) {
    return Arrays.stream(values())
        .filter(role -> role.word.equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no role of this name"));
  }

  /** The name in the API and in the database. */
  @Override
  public String toString() {
    return word;
  }
}
