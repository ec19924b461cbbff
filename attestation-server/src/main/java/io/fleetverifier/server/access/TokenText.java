// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access;

import io.fleetverifier.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * How bearer tokens are spelt: a prefix of four characters, 30 random characters of base62 (178
 * bits) and the CRC-32 of all before it as 6 characters of base62. The prefix and the checksum let
 * scanners of leaked secrets find one without asking anybody, and a misspelt one is refused without
 * a look into the database. Stored is only the SHA-256: a slow hash is of no use against 178 bits.
 */
public enum TokenText {
  /** Of the management plane. */
  API("fva_"),
  /** Lets devices enrol into a group. */
  JOIN("fvj_");

  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int RANDOM = 30;
  private static final int CHECKSUM = 6;

  private final String prefix;
  private final Pattern form;

  TokenText(String prefix) {
    this.prefix = prefix;
    this.form = Pattern.compile(prefix + "[0-9A-Za-z]{" + (RANDOM + CHECKSUM) + "}");
  }

  /** A new token; to be shown once and stored as its {@link #hash}. */
  public String create(SecureRandom random) {
    StringBuilder text = new StringBuilder(prefix);
    for (int i = 0; i < RANDOM; i++) {
      text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    return text.append(checksum(text.toString())).toString();
  }

  /** Whether the text has the form and its checksum holds. Says nothing about whether it exists. */
  public boolean isWellFormed(String text) {
    if (!form.matcher(text).matches()) {
      return false;
    }
    int end = text.length() - CHECKSUM;
    return checksum(text.substring(0, end)).equals(text.substring(end));
  }

  /** What is stored in its place: SHA-256 of the text. */
  public static Bytes hash(String text) {
    return Bytes.utf8(text).sha256();
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    long rest = crc.getValue();
    char[] out = new char[CHECKSUM];
    for (int i = CHECKSUM - 1; i >= 0; i--) {
      out[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
      rest /= DIGITS.length();
    }
    return new String(out);
  }
}
