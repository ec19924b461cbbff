// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;

/**
 * Reads big-endian members from one bounded buffer, front to back. A claimed size is compared with
 * what is left before anything is allocated, so that a short input costs little whatever it claims.
 */
public final class TpmReader {

  private final String structure;
  private final Bytes source;
  private int position;
  private int memberStart;

  /**
   * Starts at the first octet.
   *
   * @param structure the TCG name of the outermost structure, told in errors
   * @param source the whole buffer
   */
  public TpmReader(String structure, Bytes source) {
    this.structure = structure;
    this.source = source;
  }

  /** Octets read so far. */
  public int position() {
    return position;
  }

  /** Octets not read yet. */
  public int remaining() {
    return source.size() - position;
  }

  public int u8(String field) {
    return (int) number(field, 1);
  }

  public int u16(String field) {
    return (int) number(field, 2);
  }

  /** An unsigned 32-bit number, in 0..2^32-1. */
  public long u32(String field) {
    return number(field, 4);
  }

  /** All 64 bits; the caller takes them as unsigned. */
  public long u64(String field) {
    return number(field, 8);
  }

  private long number(String field, int size) {
    require(field, size);
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 8 | source.at(position + i);
    }
    position += size;
    return value;
  }

  /** TPMI_YES_NO: one octet, 00 or 01. */
  public boolean yesNo(String field) {
    int value = u8(field);
    if (value > 1) {
      throw fault(field, "neither 00 nor 01: " + value);
    }
    return value == 1;
  }

  /** Exactly {@code size} octets. */
  public Bytes bytes(String field, int size) {
    require(field, size);
    Bytes value = source.slice(position, position + size);
    position += size;
    return value;
  }

  /** TPM2B: a 16-bit size, at most {@code max}, and that many octets. */
  public Bytes sized(String field, int max) {
    int start = position;
    int size = u16(field);
    if (size > max) {
      throw fault(field, "size " + size + " is above the largest possible, " + max);
    }
    Bytes value = bytes(field, size);
    memberStart = start;
    return value;
  }

  /** TPM2B that holds nothing or exactly {@code size} octets. */
  public Bytes sizedEmptyOr(String field, int size) {
    Bytes value = sized(field, size);
    if (!value.isEmpty() && value.size() != size) {
      throw fault(field, "size " + value.size() + " is neither 0 nor " + size);
    }
    return value;
  }

  /** TPMI_ALG_HASH: the identifier of a hash algorithm this library knows. */
  public HashAlg hashAlg(String field) {
    int id = u16(field);
    return HashAlg.find(id).orElseThrow(() -> unknown(field, id));
  }

  /** Demands that nothing is left: what follows a structure is never ignored. */
  public void end() {
    if (remaining() != 0) {
      memberStart = position;
      throw fault("end", remaining() + " octets after the structure");
    }
  }

  /** The exception for the member read last. */
  public TpmDecodeException fault(String field, String message) {
    return new TpmDecodeException(structure, field, memberStart, message);
  }

  /** The exception for an identifier that is not known or not allowed in its place. */
  TpmDecodeException unknown(String field, long id) {
    return fault(field, "unknown or not allowed here: 0x" + Long.toHexString(id));
  }

  private void require(String field, int size) {
    memberStart = position;
    if (size < 0 || size > remaining()) {
      throw fault(field, size + " octets wanted, " + remaining() + " left");
    }
  }
}
