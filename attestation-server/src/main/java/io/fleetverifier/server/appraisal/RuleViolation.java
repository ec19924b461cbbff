// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * In what a boot does not meet a rule over its events.
 *
 * @param pcr the register that the rule is about
 * @param event the number of the event in the log, where one offends
 * @param digest SHA-256: of the event that offends, or of the one that is missing
 */
public record RuleViolation(Kind kind, int pcr, @Nullable Integer event, @Nullable Bytes digest) {

  /** How a rule can fail. */
  public enum Kind {
    /** No log came that leads to the quoted value, so nothing of the register is known. */
    NOT_EXPLAINED_BY_LOG("no boot log explains the register"),
    EVENT_NOT_ALLOWED("an event is not among the allowed ones"),
    EVENT_MISSING("a required event is missing"),
    /** None, several, or one that reports an error: the firmware's measuring did not end well. */
    SEPARATOR("the register does not have exactly one normal separator"),
    SECURE_BOOT_NOT_ENABLED("Secure Boot is not proven to be on"),
    OTHER_AUTHORITY("something was started by another authority"),
    FORBIDDEN_LIST_TOO_OLD("dbx lacks something that must be forbidden");

    private final String meaning;

    Kind(String meaning) {
      this.meaning = meaning;
    }

    /** One sentence, without a full stop. */
    public String meaning() {
      return meaning;
    }
  }

  static RuleViolation of(Kind kind, int pcr) {
    return new RuleViolation(kind, pcr, null, null);
  }
}
