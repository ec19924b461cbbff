// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The sensitive part of a keyed hash object that holds data.
 *
 * <p>TPM 2.0 Library, Part 2: TPMT_SENSITIVE, with sensitiveType TPM_ALG_KEYEDHASH.
 *
 * @param authValue the password of the object; empty where a policy rules it
 * @param seedValue random octets that hide the data in the public area
 * @param data the sealed data: 1 to 128 octets
 */
public record TpmtSensitive(SecretBytes authValue, SecretBytes seedValue, SecretBytes data)
    implements AutoCloseable {

  private static final int LARGEST_DATA = 128;
  private static final int FIXED_OCTETS = 8;

  /** Checks the sizes. */
  public TpmtSensitive {
    boolean sizesHold =
        authValue.size() <= HashAlg.LARGEST_SIZE
            && seedValue.size() <= HashAlg.LARGEST_SIZE
            && isDataSize(data.size());
    if (!sizesHold) {
      throw new IllegalArgumentException("a member of the sensitive part is too long or missing");
    }
  }

  /**
   * Decodes a whole sensitive part. The encoded form is a secret too; wiping it is the caller's
   * duty.
   *
   * @throws TpmDecodeException for anything but the sensitive part of a keyed hash object
   */
  public static TpmtSensitive decode(SecretBytes sensitive) {
    byte[] octets = sensitive.revealBytes();
    try {
      TpmReader in = new TpmReader("TPMT_SENSITIVE", Bytes.copyOf(octets));
      int type = in.u16("sensitiveType");
      if (type != TpmAlg.KEYEDHASH) {
        throw in.unknown("sensitiveType", type);
      }
      Bytes authValue = in.sized("authValue", HashAlg.LARGEST_SIZE);
      Bytes seedValue = in.sized("seedValue", HashAlg.LARGEST_SIZE);
      Bytes data = in.sized("sensitive", LARGEST_DATA);
      if (!isDataSize(data.size())) {
        throw in.fault("sensitive", "empty");
      }
      in.end();
      return new TpmtSensitive(secret(authValue), secret(seedValue), secret(data));
    } finally {
      Arrays.fill(octets, (byte) 0);
    }
  }

  /** The encoded form, which is as secret as its members. */
  public SecretBytes encode() {
    ByteBuffer out =
        ByteBuffer.allocate(FIXED_OCTETS + authValue.size() + seedValue.size() + data.size());
    out.putShort((short) TpmAlg.KEYEDHASH);
    putSized(authValue, out);
    putSized(seedValue, out);
    putSized(data, out);
    return SecretBytes.takeFrom(out.array());
  }

  /** TPM2B: a 16-bit size and the octets. */
  static void putSized(SecretBytes member, ByteBuffer out) {
    byte[] octets = member.revealBytes();
    out.putShort((short) octets.length).put(octets);
    Arrays.fill(octets, (byte) 0);
  }

  private static boolean isDataSize(int size) {
    return size >= 1 && size <= LARGEST_DATA;
  }

  private static SecretBytes secret(Bytes octets) {
    return SecretBytes.takeFrom(octets.toArray());
  }

  /** Wipes all members. */
  @Override
  public void close() {
    authValue.close();
    seedValue.close();
    data.close();
  }
}
