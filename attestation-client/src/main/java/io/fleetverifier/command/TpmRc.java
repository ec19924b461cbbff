// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import java.util.Map;

/**
 * A response code. A format-one code also tells which handle, session or parameter it is about.
 *
 * <p>TPM 2.0 Library, Part 2: TPM_RC; Part 1: Response Codes.
 *
 * @param value all 32 bits; the resource manager of Linux marks its own codes above the lower
 *     twelve
 */
public record TpmRc(long value) {

  public static final int SUCCESS = 0x000;
  public static final int INITIALIZE = 0x100;
  public static final int POLICY = 0x126;
  public static final int PCR_CHANGED = 0x128;
  public static final int COMMAND_CODE = 0x143;
  public static final int HANDLE = 0x08b;
  public static final int BAD_AUTH = 0x0a2;
  public static final int POLICY_FAIL = 0x09d;
  public static final int YIELDED = 0x908;
  public static final int TESTING = 0x90a;
  public static final int LOCKOUT = 0x921;
  public static final int RETRY = 0x922;

  private static final int TPM_PART = 0xfff;
  private static final int FORMAT_ONE = 0x080;
  private static final int PARAMETER = 0x040;
  private static final int SESSION = 0x800;
  private static final int FORMAT_ONE_BASE = 0x0bf;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(SUCCESS, "SUCCESS"),
          Map.entry(0x01e, "BAD_TAG"),
          Map.entry(INITIALIZE, "INITIALIZE"),
          Map.entry(0x101, "FAILURE"),
          Map.entry(0x120, "DISABLED"),
          Map.entry(0x124, "AUTH_TYPE"),
          Map.entry(0x125, "AUTH_MISSING"),
          Map.entry(POLICY, "POLICY"),
          Map.entry(0x127, "PCR"),
          Map.entry(PCR_CHANGED, "PCR_CHANGED"),
          Map.entry(0x12d, "UPGRADE"),
          Map.entry(0x12f, "AUTH_UNAVAILABLE"),
          Map.entry(0x130, "REBOOT"),
          Map.entry(0x142, "COMMAND_SIZE"),
          Map.entry(COMMAND_CODE, "COMMAND_CODE"),
          Map.entry(0x144, "AUTHSIZE"),
          Map.entry(0x145, "AUTH_CONTEXT"),
          Map.entry(0x146, "NV_RANGE"),
          Map.entry(0x148, "NV_LOCKED"),
          Map.entry(0x149, "NV_AUTHORIZATION"),
          Map.entry(0x14a, "NV_UNINITIALIZED"),
          Map.entry(0x153, "NEEDS_TEST"),
          Map.entry(0x155, "SENSITIVE"),
          Map.entry(0x081, "ASYMMETRIC"),
          Map.entry(0x082, "ATTRIBUTES"),
          Map.entry(0x083, "HASH"),
          Map.entry(0x084, "VALUE"),
          Map.entry(0x085, "HIERARCHY"),
          Map.entry(0x087, "KEY_SIZE"),
          Map.entry(0x089, "MODE"),
          Map.entry(0x08a, "TYPE"),
          Map.entry(HANDLE, "HANDLE"),
          Map.entry(0x08c, "KDF"),
          Map.entry(0x08d, "RANGE"),
          Map.entry(0x08e, "AUTH_FAIL"),
          Map.entry(0x08f, "NONCE"),
          Map.entry(0x092, "SCHEME"),
          Map.entry(0x095, "SIZE"),
          Map.entry(0x096, "SYMMETRIC"),
          Map.entry(0x097, "TAG"),
          Map.entry(0x098, "SELECTOR"),
          Map.entry(0x09a, "INSUFFICIENT"),
          Map.entry(0x09c, "KEY"),
          Map.entry(POLICY_FAIL, "POLICY_FAIL"),
          Map.entry(0x09f, "INTEGRITY"),
          Map.entry(0x0a1, "RESERVED_BITS"),
          Map.entry(BAD_AUTH, "BAD_AUTH"),
          Map.entry(0x0a4, "POLICY_CC"),
          Map.entry(0x0a5, "BINDING"),
          Map.entry(0x0a6, "CURVE"),
          Map.entry(0x0a7, "ECC_POINT"),
          Map.entry(0x902, "OBJECT_MEMORY"),
          Map.entry(0x903, "SESSION_MEMORY"),
          Map.entry(0x904, "MEMORY"),
          Map.entry(0x905, "SESSION_HANDLES"),
          Map.entry(0x906, "OBJECT_HANDLES"),
          Map.entry(0x907, "LOCALITY"),
          Map.entry(YIELDED, "YIELDED"),
          Map.entry(0x909, "CANCELED"),
          Map.entry(TESTING, "TESTING"),
          Map.entry(0x910, "REFERENCE_H0"),
          Map.entry(0x918, "REFERENCE_S0"),
          Map.entry(0x920, "NV_RATE"),
          Map.entry(LOCKOUT, "LOCKOUT"),
          Map.entry(RETRY, "RETRY"),
          Map.entry(0x923, "NV_UNAVAILABLE"));

  public boolean isSuccess() {
    return value == SUCCESS;
  }

  /** The code without what it is about, so that it can be compared with the constants here. */
  public int base() {
    int code = (int) value & TPM_PART;
    return isFormatOne() ? code & FORMAT_ONE_BASE & ~PARAMETER : code;
  }

  public boolean is(int code) {
    return base() == code;
  }

  /** Whether the same command, sent again, may succeed: nothing was done, no nonce was used. */
  public boolean asksToResend() {
    return is(RETRY) || is(YIELDED) || is(TESTING);
  }

  private boolean isFormatOne() {
    return (value & FORMAT_ONE) != 0;
  }

  /** What a format-one code is about, such as {@code parameter 2}; empty for other codes. */
  public String subject() {
    if (!isFormatOne()) {
      return "";
    }
    int number = (int) value >>> 8 & 0xf;
    if ((value & PARAMETER) != 0) {
      return "parameter " + number;
    }
    return (value & SESSION) != 0 ? "session " + (number & 7) : "handle " + number;
  }

  /** The code in hexadecimal, its name, and what it is about. */
  @Override
  public String toString() {
    String name = NAMES.getOrDefault(base(), "of unknown meaning");
    String about = subject().isEmpty() ? "" : ", " + subject();
    return "0x" + Long.toHexString(value) + " (" + name + about + ")";
  }
}
