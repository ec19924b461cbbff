// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.bytes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An immutable string of octets with value equality. Numbers are written big-endian, as the TPM and
 * the network do. What must stay secret belongs in {@link SecretBytes}: this class prints itself.
 */
public final class Bytes implements Comparable<Bytes> {

  /** The string of no octets. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private static final int PRINTED_OCTETS = 40;

  private final byte[] octets;

  private Bytes(byte[] owned) {
    this.octets = owned;
  }

  /** Copies the array, so that later changes to it are not seen. */
  public static Bytes copyOf(byte[] octets) {
    return octets.length == 0 ? EMPTY : new Bytes(octets.clone());
  }

  /** Copies the octets from {@code from} (inclusive) to {@code to} (exclusive). */
  public static Bytes copyOf(byte[] octets, int from, int to) {
    if (from < 0 || to < from || to > octets.length) {
      throw new IndexOutOfBoundsException(
          "range [" + from + ", " + to + ") of " + octets.length + " octets");
    }
    return from == to ? EMPTY : new Bytes(Arrays.copyOfRange(octets, from, to));
  }

  /** One octet per argument; each must lie in 0..255. */
  public static Bytes of(int... octets) {
    byte[] out = new byte[octets.length];
    for (int i = 0; i < out.length; i++) {
      if ((octets[i] & ~0xff) != 0) {
        throw new IllegalArgumentException("not an octet: " + octets[i]);
      }
      out[i] = (byte) octets[i];
    }
    return new Bytes(out);
  }

  /** {@code size} octets of value zero. */
  public static Bytes zeros(int size) {
    return size == 0 ? EMPTY : new Bytes(new byte[size]);
  }

  /**
   * Hexadecimal digits of either case, two per octet, with nothing between them.
   *
   * @throws IllegalArgumentException for an odd length or any other character
   */
  public static Bytes fromHex(String hex) {
    return new Bytes(HexFormat.of().parseHex(hex));
  }

  /**
   * The URL and file name safe alphabet of RFC 4648 section 5, without padding. Each byte string
   * has exactly one accepted spelling.
   *
   * @throws IllegalArgumentException for padding, white space, another alphabet, an impossible
   *     length, or trailing bits that are not zero
   */
  public static Bytes fromBase64Url(String text) {
    if (text.indexOf('=') >= 0) {
      throw new IllegalArgumentException("base64url is written without padding here");
    }
    Bytes decoded = new Bytes(Base64.getUrlDecoder().decode(text));
    // Only the octets of the last group can be spelled in more than one way.
    int lastGroup = decoded.octets.length - decoded.octets.length % 3;
    if (!text.endsWith(decoded.slice(lastGroup).toBase64Url())) {
      throw new IllegalArgumentException("base64url with trailing bits that are not zero");
    }
    return decoded;
  }

  /** The UTF-8 encoding of the text. */
  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Two octets, big-endian; the value must lie in 0..2^16-1. */
  public static Bytes u16(int value) {
    if ((value & ~0xffff) != 0) {
      throw new IllegalArgumentException("not a 16-bit number: " + value);
    }
    return new Bytes(new byte[] {(byte) (value >>> 8), (byte) value});
  }

  /** Four octets, big-endian; the value must lie in 0..2^32-1. */
  public static Bytes u32(long value) {
    if ((value & ~0xffff_ffffL) != 0) {
      throw new IllegalArgumentException("not a 32-bit number: " + value);
    }
    return new Bytes(bigEndian(value, 4));
  }

  /** Eight octets, big-endian; all 64 bits are taken as they are. */
  public static Bytes u64(long value) {
    return new Bytes(bigEndian(value, 8));
  }

  private static byte[] bigEndian(long value, int size) {
    byte[] out = new byte[size];
    for (int i = 0; i < size; i++) {
      out[i] = (byte) (value >>> (8 * (size - 1 - i)));
    }
    return out;
  }

  /** The parts one after the other. */
  public static Bytes concat(Bytes... parts) {
    int size = 0;
    for (Bytes part : parts) {
      size = Math.addExact(size, part.octets.length);
    }
    byte[] out = new byte[size];
    int at = 0;
    for (Bytes part : parts) {
      System.arraycopy(part.octets, 0, out, at, part.octets.length);
      at += part.octets.length;
    }
    return new Bytes(out);
  }

  public int size() {
    return octets.length;
  }

  public boolean isEmpty() {
    return octets.length == 0;
  }

  /** Whether every octet is zero; true for no octets at all. */
  public boolean isAllZero() {
    for (byte octet : octets) {
      if (octet != 0) {
        return false;
      }
    }
    return true;
  }

  /** The octet at the index, in 0..255. */
  public int at(int index) {
    return octets[index] & 0xff;
  }

  /** Whether the octets from {@code at} on begin with all of these. */
  public boolean holdsAt(int at, Bytes part) {
    return holdsAt(at, part.octets);
  }

  /** Whether the octets from {@code at} on begin with all of these. */
  public boolean holdsAt(int at, byte[] part) {
    return at >= 0
        && part.length <= octets.length - at
        && Arrays.equals(octets, at, at + part.length, part, 0, part.length);
  }

  /** The octets from {@code from} (inclusive) to {@code to} (exclusive). */
  public Bytes slice(int from, int to) {
    return copyOf(octets, from, to);
  }

  /** The octets from {@code from} to the end. */
  public Bytes slice(int from) {
    return copyOf(octets, from, octets.length);
  }

  /** A copy of the octets. */
  public byte[] toArray() {
    return octets.clone();
  }

  /** Copies all octets into {@code target} from index {@code at} on. */
  public void copyTo(byte[] target, int at) {
    System.arraycopy(octets, 0, target, at, octets.length);
  }

  /** Adds all octets to a running digest, without a copy. */
  public void addTo(MessageDigest digest) {
    digest.update(octets);
  }

  /** Adds the octets from {@code from} to {@code to} (exclusive) to a running digest. */
  public void addTo(MessageDigest digest, int from, int to) {
    Objects.checkFromToIndex(from, to, octets.length);
    digest.update(octets, from, to - from);
  }

  /** Lower-case hexadecimal digits. */
  public String toHex() {
    return HexFormat.of().formatHex(octets);
  }

  /** RFC 4648 section 5, without padding. */
  public String toBase64Url() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  /** Equality whose running time depends on the sizes only, never on the content. */
  public boolean constantTimeEquals(Bytes other) {
    return MessageDigest.isEqual(octets, other.octets);
  }

  /** The SHA-256 digest: 32 octets. */
  public Bytes sha256() {
    try {
      return new Bytes(MessageDigest.getInstance("SHA-256").digest(octets));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** Orders by octets taken as unsigned numbers; a prefix comes first. */
  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(octets, other.octets);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that && Arrays.equals(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  /** Hexadecimal digits; a long string is cut after 40 octets and its size is told. */
  @Override
  public String toString() {
    if (octets.length <= PRINTED_OCTETS) {
      return toHex();
    }
    return HexFormat.of().formatHex(octets, 0, PRINTED_OCTETS) + "... (" + octets.length + ")";
  }
}
