// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.bytes;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Octets that must not leak: never printed, never compared by {@code equals}, wiped when closed.
 * Wiping is best effort: the garbage collector may have moved the array before.
 */
public final class SecretBytes implements AutoCloseable {

  private final byte[] octets;
  private boolean closed;

  private SecretBytes(byte[] owned) {
    this.octets = owned;
  }

  /** Copies the array; wiping the array stays the caller's duty. */
  public static SecretBytes copyOf(byte[] octets) {
    return new SecretBytes(octets.clone());
  }

  /** Takes the octets over and wipes the given array. */
  public static SecretBytes takeFrom(byte[] octets) {
    SecretBytes taken = copyOf(octets);
    Arrays.fill(octets, (byte) 0);
    return taken;
  }

  /** {@code size} octets from the generator. */
  public static SecretBytes random(int size, SecureRandom random) {
    byte[] octets = new byte[size];
    random.nextBytes(octets);
    return new SecretBytes(octets);
  }

  public int size() {
    return octets.length;
  }

  /**
   * A copy of the secret, which the caller wipes after use.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  public byte[] revealBytes() {
    refuseAfterClose();
    return octets.clone();
  }

  /** Equality whose running time depends on the sizes only, never on the content. */
  public boolean constantTimeEquals(SecretBytes other) {
    refuseAfterClose();
    other.refuseAfterClose();
    return MessageDigest.isEqual(octets, other.octets);
  }

  private void refuseAfterClose() {
    if (closed) {
      throw new IllegalStateException("the secret was wiped");
    }
  }

  /** Overwrites the octets with zeros; may be called again. */
  @Override
  public void close() {
    Arrays.fill(octets, (byte) 0);
    closed = true;
  }

  /** Tells the size only. */
  @Override
  public String toString() {
    return "SecretBytes[" + octets.length + "]";
  }
}
