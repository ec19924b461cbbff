// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;

/**
 * The Name of a TPM entity: for an object, its nameAlg and the digest of its public area; for a
 * permanent entity or a PCR, its 4-octet handle. A qualified name has the same form and tells the
 * whole chain of parents.
 *
 * <p>TPM 2.0 Library, Part 1: Names; Part 2: TPM2B_NAME.
 *
 * @param value the contents of the TPM2B_NAME, without its size
 */
public record TpmName(Bytes value) {

  static final int HANDLE_SIZE = 4;

  /** The size in octets of the largest Name. */
  static final int LARGEST_SIZE = 2 + HashAlg.LARGEST_SIZE;

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when the value has not the form of a Name
   */
  public TpmName {
    if (!isWellFormed(value)) {
      throw new IllegalArgumentException("not the form of a Name: " + value);
    }
  }

  /**
   * Decodes the Name of an object or an NV index. The Name of a permanent entity is its handle,
   * which nobody needs to send: {@link #ofHandle} makes it.
   *
   * @param contents a TPM2B_NAME without its size
   * @throws TpmDecodeException when it is not a known hash algorithm and a digest of its size; a
   *     handle and the empty Name are refused too
   */
  public static TpmName decode(Bytes contents) {
    if (contents.size() == HANDLE_SIZE || !isWellFormed(contents)) {
      throw new TpmDecodeException("TPM2B_NAME", "name", 0, "not a hash algorithm and its digest");
    }
    return new TpmName(contents);
  }

  static boolean isWellFormed(Bytes value) {
    if (value.size() == HANDLE_SIZE) {
      return true;
    }
    return value.size() > HANDLE_SIZE
        && HashAlg.find(value.at(0) << 8 | value.at(1))
            .filter(alg -> value.size() == 2 + alg.size())
            .isPresent();
  }

  /** The Name of the object with this public area. */
  public static TpmName of(TpmtPublic area) {
    return digestOf(area.nameAlg(), area.encode());
  }

  /** The Name of a permanent entity. */
  public static TpmName ofHandle(int handle) {
    return new TpmName(Bytes.u32(Integer.toUnsignedLong(handle)));
  }

  /**
   * The qualified name of this object below a parent.
   *
   * @param parent the qualified name of the parent; of a hierarchy, its handle
   * @throws IllegalStateException when this Name is a handle, which has no parent
   */
  public TpmName qualified(TpmName parent) {
    if (isHandle()) {
      throw new IllegalStateException("a handle has no parent: " + value);
    }
    return digestOf(hashAlg(), Bytes.concat(parent.value, value));
  }

  /** The qualified name of this object as a primary object of the hierarchy. */
  public TpmName qualifiedUnder(int hierarchyHandle) {
    return qualified(ofHandle(hierarchyHandle));
  }

  public boolean isHandle() {
    return value.size() == HANDLE_SIZE;
  }

  /**
   * The hash algorithm of an object's Name.
   *
   * @throws IllegalStateException when this Name is a handle
   */
  public HashAlg hashAlg() {
    if (isHandle()) {
      throw new IllegalStateException("a handle has no hash algorithm: " + value);
    }
    return HashAlg.fromId(value.at(0) << 8 | value.at(1));
  }

  private static TpmName digestOf(HashAlg alg, Bytes content) {
    return new TpmName(Bytes.concat(Bytes.u16(alg.id()), alg.digest(content)));
  }

  /** Lower-case hexadecimal digits of the whole Name. */
  public String toHex() {
    return value.toHex();
  }

  @Override
  public String toString() {
    return value.toHex();
  }
}
