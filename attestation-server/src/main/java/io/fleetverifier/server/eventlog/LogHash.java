// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.bouncycastle.jcajce.provider.digest.SM3;

/**
 * The hash algorithms a log may declare and this package can replay; as the hash of a bank it also
 * names the bank. More than a quote may use: a log is reported even where no quote could match it.
 * Source: TCG Algorithm Registry, TPM_ALG_ID.
 */
public enum LogHash {
  SHA1(0, 0x0004, 20, "sha1", "SHA-1"),
  SHA256(1, 0x000b, 32, "sha256", "SHA-256"),
  SHA384(2, 0x000c, 48, "sha384", "SHA-384"),
  SHA512(3, 0x000d, 64, "sha512", "SHA-512"),
  SM3(4, 0x0012, 32, "sm3", "SM3"),
  SHA3_256(5, 0x0027, 32, "sha3-256", "SHA3-256"),
  SHA3_384(6, 0x0028, 48, "sha3-384", "SHA3-384"),
  SHA3_512(7, 0x0029, 64, "sha3-512", "SHA3-512");

  /** The size in octets of the largest digest. */
  static final int LARGEST_SIZE = 64;

  /** The number of algorithms. */
  static final int SLOTS = 8;

  private final int slot;
  private final int id;
  private final int size;
  private final String label;
  private final String jcaName;

  LogHash(int slot, int id, int size, String label, String jcaName) {
    this.slot = slot;
    this.id = id;
    this.size = size;
    this.label = label;
    this.jcaName = jcaName;
  }

  /** The algorithm with this TPM_ALG_ID, where it is a known one. */
  public static Optional<LogHash> find(int id) {
    for (LogHash hash : values()) {
      if (hash.id == id) {
        return Optional.of(hash);
      }
    }
    return Optional.empty();
  }

  /** The same algorithm under the name that quotes use. */
  public static LogHash of(HashAlg hash) {
    return switch (hash) {
      case SHA1 -> SHA1;
      case SHA256 -> SHA256;
      case SHA384 -> SHA384;
      case SHA512 -> SHA512;
    };
  }

  /** The place of the algorithm in an array of {@link #SLOTS}. */
  int slot() {
    return slot;
  }

  /** The TPM_ALG_ID. */
  public int id() {
    return id;
  }

  /** The size of a digest in octets. */
  public int size() {
    return size;
  }

  /** The name in reports, such as {@code sha256}. */
  public String label() {
    return label;
  }

  /** The digest of the content. */
  public Bytes digest(Bytes content) {
    MessageDigest digest = newDigest();
    content.addTo(digest);
    return Bytes.copyOf(digest.digest());
  }

  /** A fresh digest computation. */
  public MessageDigest newDigest() {
    if (this == SM3) {
      return new SM3.Digest();
    }
    try {
      return MessageDigest.getInstance(jcaName);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this Java platform lacks " + jcaName, impossible);
    }
  }
}
