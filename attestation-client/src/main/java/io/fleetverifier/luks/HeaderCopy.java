// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.luks;

import io.fleetverifier.luks.LuksException.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One of the two copies of a LUKS2 header: a binary part of 4,096 bytes, big-endian, then JSON text
 * up to the copy's size. Source: "LUKS2 On-Disk Format Specification" 1.1, section 2.
 *
 * @param offset where the copy begins, in bytes from the start of the device
 * @param size bytes of binary part and JSON area together
 * @param seqid counts up with each change of the header; an unsigned 64-bit number
 * @param uuid of the volume, as text
 * @param json the metadata
 */
record HeaderCopy(int offset, int size, long seqid, String uuid, String json) {
  /** Sizes that the format allows; the second copy begins at the size. */
  static final List<Integer> SIZES =
      List.of(0x4000, 0x8000, 0x10000, 0x20000, 0x40000, 0x80000, 0x100000, 0x200000, 0x400000);

  /** No pair of copies is longer. */
  static final int LONGEST_PAIR = 2 * SIZES.getLast();

  private static final int BINARY_SIZE = 4096;
  private static final byte[] PRIMARY_MAGIC = {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe};
  private static final byte[] SECONDARY_MAGIC = {'S', 'K', 'U', 'L', (byte) 0xba, (byte) 0xbe};
  private static final int VERSION_AT = 6;
  private static final int SIZE_AT = 8;
  private static final int SEQID_AT = 16;
  private static final int CHECKSUM_NAME_AT = 72;
  private static final int CHECKSUM_NAME_SIZE = 32;
  private static final int UUID_AT = 168;
  private static final int UUID_SIZE = 40;
  private static final int OFFSET_AT = 256;
  private static final int CHECKSUM_AT = 448;
  private static final int CHECKSUM_SIZE = 64;
  private static final Set<String> CHECKSUMS = Set.of("sha256", "sha512");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /**
   * Reads the copy at the offset; offset 0 is the primary copy.
   *
   * @param device the first bytes of the device
   * @throws LuksException {@link Problem#NO_VALID_COPY} when there is no whole, sound copy
   */
  static HeaderCopy decode(byte[] device, int offset) throws LuksException {
    require(device.length - offset >= BINARY_SIZE, "the device ends inside it");
    ByteBuffer binary = ByteBuffer.wrap(device, offset, BINARY_SIZE).slice();
    byte[] magic = offset == 0 ? PRIMARY_MAGIC : SECONDARY_MAGIC;
    require(binary.slice(0, magic.length).equals(ByteBuffer.wrap(magic)), "no LUKS magic");
    require(binary.getShort(VERSION_AT) == 2, "not of version 2");
    require(binary.getLong(OFFSET_AT) == offset, "it says that it lies elsewhere");
    long size = binary.getLong(SIZE_AT);
    require(SIZES.stream().anyMatch(s -> s == size), "of a size that the format does not know");
    require(offset == 0 || offset == size, "its size does not lead to its place");
    require(device.length - offset >= size, "the device ends inside it");
    byte[] copy = Arrays.copyOfRange(device, offset, offset + (int) size);
    verifyChecksum(copy);
    String uuid = text(copy, UUID_AT, UUID_SIZE, "UUID");
    require(UUID.matcher(uuid).matches(), "its UUID is none");
    return new HeaderCopy(offset, (int) size, binary.getLong(SEQID_AT), uuid, json(copy));
  }

  private static void verifyChecksum(byte[] copy) throws LuksException {
    String name = text(copy, CHECKSUM_NAME_AT, CHECKSUM_NAME_SIZE, "checksum algorithm");
    require(CHECKSUMS.contains(name), "its checksum algorithm is neither sha256 nor sha512");
    byte[] zeroed = copy.clone();
    Arrays.fill(zeroed, CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_SIZE, (byte) 0);
    byte[] digest = digest(name, zeroed);
    require(
        Arrays.equals(copy, CHECKSUM_AT, CHECKSUM_AT + digest.length, digest, 0, digest.length),
        "its checksum is wrong");
  }

  private static byte[] digest(String name, byte[] content) {
    try {
      return MessageDigest.getInstance(name.equals("sha256") ? "SHA-256" : "SHA-512")
          .digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java run-time has no " + name, e);
    }
  }

  /** The JSON text ends at the first zero byte; behind it nothing else may be hidden. */
  private static String json(byte[] copy) throws LuksException {
    int end = BINARY_SIZE;
    while (end < copy.length && copy[end] != 0) {
      end++;
    }
    require(end < copy.length, "its JSON text has no end");
    for (int i = end; i < copy.length; i++) {
      require(copy[i] == 0, "bytes stand behind its JSON text");
    }
    return utf8(copy, BINARY_SIZE, end, "JSON text");
  }

  private static String text(byte[] copy, int at, int size, String what) throws LuksException {
    int end = at;
    while (end < at + size && copy[end] != 0) {
      end++;
    }
    require(end < at + size, "its " + what + " has no end");
    return utf8(copy, at, end, what);
  }

  private static String utf8(byte[] copy, int from, int to, String what) throws LuksException {
    try {
      // A new decoder reports what is not UTF-8 instead of replacing it.
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(copy, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new LuksException(Problem.NO_VALID_COPY, "its " + what + " is not UTF-8");
    }
  }

  private static void require(boolean condition, String otherwise) throws LuksException {
    if (!condition) {
      throw new LuksException(Problem.NO_VALID_COPY, otherwise);
    }
  }
}
