// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.luks;

import io.fleetverifier.testing.Cryptsetup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** A volume made by cryptsetup in a small file, and the ways in which an attacker rewrites it. */
final class LuksImage {
  static final String PASSPHRASE = "correct horse";
  private static final int BINARY = 4096;
  private static final int CHECKSUM_AT = 448;

  private final Path file;

  LuksImage(Path file) {
    this.file = file;
  }

  /** A 4 MiB image: header copies of 16 KiB, 1 MiB of keyslots, data from 2 MiB on. */
  static LuksImage format(Path file, String... options) throws Exception {
    Files.write(file, new byte[4 << 20]);
    List<String> command = new ArrayList<>(List.of("luksFormat", "-q", "--type", "luks2"));
    command.addAll(List.of("--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"));
    command.addAll(List.of("--luks2-keyslots-size", "1m", "--offset", "4096"));
    command.addAll(List.of(options));
    command.addAll(List.of(file.toString(), "-"));
    Cryptsetup.succeed(PASSPHRASE, command);
    return new LuksImage(file);
  }

  LuksImage copy(Path to) throws IOException {
    Files.copy(file, to);
    return new LuksImage(to);
  }

  Path file() {
    return file;
  }

  LuksHeader header() throws IOException, LuksException {
    return LuksHeader.read(file);
  }

  /** Rewrites the metadata of both copies and gives each a right checksum again. */
  LuksImage forgeJson(UnaryOperator<String> change) throws Exception {
    return forge(0, bytes -> json(bytes, change)).forge(1, bytes -> json(bytes, change));
  }

  /** Rewrites one copy (0 or 1), binary part included, and gives it a right checksum again. */
  LuksImage forge(int copy, UnaryOperator<byte[]> change) throws Exception {
    byte[] device = Files.readAllBytes(file);
    int size = (int) ByteBuffer.wrap(device).getLong(8);
    byte[] changed = change.apply(Arrays.copyOfRange(device, copy * size, copy * size + size));
    Arrays.fill(changed, CHECKSUM_AT, CHECKSUM_AT + 64, (byte) 0);
    byte[] checksum = MessageDigest.getInstance(checksumAlgorithm(changed)).digest(changed);
    System.arraycopy(checksum, 0, changed, CHECKSUM_AT, checksum.length);
    System.arraycopy(changed, 0, device, copy * size, size);
    Files.write(file, device);
    return this;
  }

  /** The algorithm that the copy names, where cryptsetup would know it. */
  private static String checksumAlgorithm(byte[] copy) {
    return switch (new String(copy, 72, 32, StandardCharsets.ISO_8859_1).replace("\0", "")) {
      case "sha1" -> "SHA-1";
      case "sha512" -> "SHA-512";
      default -> "SHA-256";
    };
  }

  static UnaryOperator<byte[]> checksumName(String name) {
    return bytes -> {
      Arrays.fill(bytes, 72, 104, (byte) 0);
      System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, bytes, 72, name.length());
      return bytes;
    };
  }

  /** Rewrites bytes of the device and mends nothing. */
  LuksImage damage(int at, int octet) throws IOException {
    byte[] device = Files.readAllBytes(file);
    device[at] = (byte) octet;
    Files.write(file, device);
    return this;
  }

  LuksImage truncate(int size) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), size));
    return this;
  }

  String json() throws IOException {
    return jsonOf(Files.readAllBytes(file));
  }

  static UnaryOperator<byte[]> seqid(long value) {
    return bytes -> {
      ByteBuffer.wrap(bytes).putLong(16, value);
      return bytes;
    };
  }

  private static byte[] json(byte[] copy, UnaryOperator<String> change) {
    byte[] json = change.apply(jsonOf(copy)).getBytes(StandardCharsets.UTF_8);
    Arrays.fill(copy, BINARY, copy.length, (byte) 0);
    System.arraycopy(json, 0, copy, BINARY, json.length);
    return copy;
  }

  private static String jsonOf(byte[] copy) {
    int end = BINARY;
    while (copy[end] != 0) {
      end++;
    }
    return new String(copy, BINARY, end - BINARY, StandardCharsets.UTF_8);
  }
}
