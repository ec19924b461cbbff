// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * TPMI_ALG_HASH: the hash algorithms this library knows; as the hash of a PCR bank it also names
 * the bank. SHA-1 is decoded because event logs and old quotes hold it; whether it counts is a
 * matter of policy.
 *
 * <p>TPM 2.0 Library, Part 2: TPM_ALG_ID; TCG Algorithm Registry.
 */
public enum HashAlg {
  SHA1(0x0004, 20, "SHA-1", "HmacSHA1"),
  SHA256(0x000b, 32, "SHA-256", "HmacSHA256"),
  SHA384(0x000c, 48, "SHA-384", "HmacSHA384"),
  SHA512(0x000d, 64, "SHA-512", "HmacSHA512");

  /** The size in octets of the largest digest. */
  static final int LARGEST_SIZE = 64;

  private final int id;
  private final int size;
  private final String jcaName;
  private final String jcaHmacName;

  HashAlg(int id, int size, String jcaName, String jcaHmacName) {
    this.id = id;
    this.size = size;
    this.jcaName = jcaName;
    this.jcaHmacName = jcaHmacName;
  }

  /**
   * The algorithm with this TPM_ALG_ID.
   *
   * @throws TpmDecodeException when the identifier is none of the known ones
   */
  public static HashAlg fromId(int id) {
    return find(id)
        .orElseThrow(() ->
            new TpmDecodeException(
                "TPMI_ALG_HASH", "id", 0, "unknown: 0x" + Integer.toHexString(id)));
  }

  /** The algorithm with this TPM_ALG_ID, where it is a known one. */
  public static Optional<HashAlg> find(int id) {
    for (HashAlg alg : values()) {
      if (alg.id == id) {
        return Optional.of(alg);
      }
    }
    return Optional.empty();
  }

  /** The TPM_ALG_ID. */
  public int id() {
    return id;
  }

  /** The size of a digest in octets. */
  public int size() {
    return size;
  }

  /** The name of the algorithm in the Java Cryptography Architecture, such as SHA-256. */
  public String jcaName() {
    return jcaName;
  }

  /** The digest of the parts one after the other. */
  public Bytes digest(Bytes... parts) {
    MessageDigest digest = newDigest();
    for (Bytes part : parts) {
      part.addTo(digest);
    }
    return Bytes.copyOf(digest.digest());
  }

  /** The digest of secret parts one after the other. */
  Bytes digestSecret(SecretBytes... parts) {
    MessageDigest digest = newDigest();
    for (SecretBytes part : parts) {
      byte[] octets = part.revealBytes();
      digest.update(octets);
      Arrays.fill(octets, (byte) 0);
    }
    return Bytes.copyOf(digest.digest());
  }

  /** A fresh digest computation. */
  MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance(jcaName);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this Java platform lacks " + jcaName, impossible);
    }
  }

  /** HMAC (RFC 2104) of the parts one after the other. */
  public Bytes hmac(SecretBytes key, Bytes... parts) {
    Mac mac = newHmac(key);
    for (Bytes part : parts) {
      mac.update(part.toArray());
    }
    return Bytes.copyOf(mac.doFinal());
  }

  /** A fresh HMAC computation with this key. */
  Mac newHmac(SecretBytes key) {
    // An empty key is the same HMAC key as one zero octet, and Java takes only the latter.
    byte[] octets = key.size() == 0 ? new byte[1] : key.revealBytes();
    try {
      Mac mac = Mac.getInstance(jcaHmacName);
      mac.init(new SecretKeySpec(octets, jcaHmacName));
      return mac;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this Java platform lacks " + jcaHmacName, impossible);
    } finally {
      Arrays.fill(octets, (byte) 0);
    }
  }
}
