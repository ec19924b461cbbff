// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import java.util.Arrays;

/** Writes big-endian members one after the other. Not for secrets: its buffer is not wiped. */
public final class TpmWriter {

  private static final int LARGEST_SIZED = 0xffff;

  private byte[] buffer = new byte[128];
  private int size;

  public TpmWriter u8(int value) {
    return number(value, 1);
  }

  public TpmWriter u16(int value) {
    return number(value, 2);
  }

  /** An unsigned 32-bit number, in 0..2^32-1. */
  public TpmWriter u32(long value) {
    return number(value, 4);
  }

  /** All 64 bits as they are. */
  public TpmWriter u64(long value) {
    return number(value, 8);
  }

  private TpmWriter number(long value, int octets) {
    if (octets < 8 && value >>> (8 * octets) != 0) {
      throw new IllegalArgumentException(value + " does not fit " + octets + " octets");
    }
    grow(octets);
    for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
      buffer[size++] = (byte) (value >>> shift);
    }
    return this;
  }

  /** TPMI_YES_NO: one octet, 00 or 01. */
  public TpmWriter yesNo(boolean value) {
    return u8(value ? 1 : 0);
  }

  /** The octets alone. */
  public TpmWriter bytes(Bytes value) {
    grow(value.size());
    value.copyTo(buffer, size);
    size += value.size();
    return this;
  }

  /** TPM2B: a 16-bit size and the octets. */
  public TpmWriter sized(Bytes value) {
    if (value.size() > LARGEST_SIZED) {
      throw new IllegalArgumentException("a TPM2B holds no " + value.size() + " octets");
    }
    return u16(value.size()).bytes(value);
  }

  /** What was written so far. */
  public Bytes toBytes() {
    return Bytes.copyOf(buffer, 0, size);
  }

  private void grow(int more) {
    int needed = Math.addExact(size, more);
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, 2 * buffer.length));
    }
  }
}
