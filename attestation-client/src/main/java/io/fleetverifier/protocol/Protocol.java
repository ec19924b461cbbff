// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import java.util.List;
import java.util.regex.Pattern;

/** Constants of protocol version 1 (docs/reference/protocol.md, sections 1, 4, 5 and 6). */
public final class Protocol {
  /** The one protocol number spoken today. */
  public static final int VERSION = 1;

  /** All protocol numbers this code speaks. */
  public static final List<Integer> SPOKEN = List.of(VERSION);

  /** The PCRs that every quote of version 1 covers, in the SHA-256 bank: 0-9 and 11-15. */
  public static final List<Integer> QUOTED_PCRS =
      List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15);

  /** The only bank of version 1. */
  public static final String BANK = "sha256";

  public static final int MAX_EKS = 8;
  public static final int MAX_INTERMEDIATES = 8;
  public static final int MAX_AREA = 1024;
  public static final int MAX_CERTIFICATE = 4096;
  public static final int MAX_TOKEN = 65_536;
  public static final int MAX_WANTED = 16;
  public static final int MAX_CLAIMS = 16_384;
  public static final int MAX_QUOTE = 1024;
  public static final int MAX_SIGNATURE = 1024;
  public static final int MAX_LOGS = 4;
  public static final int MAX_LOG = 1_048_576;

  /** All logs of one message together: with all else they keep the bound of its body. */
  public static final int MAX_LOGS_SIZE = 2_097_152;

  public static final int MAX_ANSWER_KEYS = 16;

  /** Seconds that an enrolment or challenge token lives. */
  public static final int TOKEN_SECONDS = 300;

  private static final Pattern VOLUME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private Protocol() {}

  /**
   * True for a name that a volume may have: lower-case letters, digits, dot, underscore and hyphen;
   * 1 to 63 characters.
   */
  public static boolean isVolumeName(String name) {
    return VOLUME.matcher(name).matches();
  }

  /**
   * True for a name that a device may propose: 1 to 64 letters, digits, dots, underscores and
   * hyphens.
   */
  public static boolean isDeviceName(String name) {
    return DEVICE.matcher(name).matches();
  }
}
