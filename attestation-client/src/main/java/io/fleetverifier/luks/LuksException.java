// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.luks;

/** A volume's header that is not used: it is broken, or it says what no sound volume says. */
public final class LuksException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why a header is refused. */
  public enum Problem {
    /** Neither copy is a whole LUKS2 header with a right checksum. */
    NO_VALID_COPY,
    /** Both copies are valid and of the same sequence id, yet say different things. */
    COPIES_CONFLICT,
    /** The device ends before its keyslot area does. */
    TRUNCATED,
    /** The metadata breaks the format, or a bound of it. */
    METADATA_MALFORMED,
    /** A segment is not of type crypt, or belongs to a re-encryption. */
    SEGMENT_REFUSED,
    /** A cipher that is not on the list, such as the null cipher. */
    CIPHER_REFUSED,
    /** A re-encryption has begun: what the disk holds is not what the header says. */
    REENCRYPTION
  }

  private final Problem problem;

  LuksException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  /** The stable kind of the refusal; the message is for people. */
  public Problem problem() {
    return problem;
  }
}
