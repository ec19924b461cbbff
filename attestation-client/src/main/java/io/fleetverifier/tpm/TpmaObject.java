// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

/**
 * The attributes of an object. Reserved bits are never set in a value of this type.
 *
 * <p>TPM 2.0 Library, Part 2: TPMA_OBJECT (bit 0 is the least significant of 32).
 *
 * @param bits all 32 bits
 */
public record TpmaObject(int bits) {

  public static final int FIXED_TPM = 1 << 1;
  public static final int ST_CLEAR = 1 << 2;
  public static final int FIXED_PARENT = 1 << 4;
  public static final int SENSITIVE_DATA_ORIGIN = 1 << 5;
  public static final int USER_WITH_AUTH = 1 << 6;
  public static final int ADMIN_WITH_POLICY = 1 << 7;
  public static final int NO_DA = 1 << 10;
  public static final int ENCRYPTED_DUPLICATION = 1 << 11;
  public static final int RESTRICTED = 1 << 16;
  public static final int DECRYPT = 1 << 17;
  public static final int SIGN = 1 << 18;
  public static final int X509_SIGN = 1 << 19;

  private static final int DEFINED =
      FIXED_TPM
          | ST_CLEAR
          | FIXED_PARENT
          | SENSITIVE_DATA_ORIGIN
          | USER_WITH_AUTH
          | ADMIN_WITH_POLICY
          | NO_DA
          | ENCRYPTED_DUPLICATION
          | RESTRICTED
          | DECRYPT
          | SIGN
          | X509_SIGN;

  /**
   * Checks the reserved bits.
   *
   * @throws IllegalArgumentException when a reserved bit is set
   */
  public TpmaObject {
    if ((bits & ~DEFINED) != 0) {
      throw new IllegalArgumentException("reserved attribute bits: " + hex(bits & ~DEFINED));
    }
  }

  /** Exactly the given attributes. */
  public static TpmaObject of(int... attributes) {
    int bits = 0;
    for (int attribute : attributes) {
      bits |= attribute;
    }
    return new TpmaObject(bits);
  }

  static TpmaObject decode(TpmReader in) {
    int bits = (int) in.u32("objectAttributes");
    if ((bits & ~DEFINED) != 0) {
      throw in.fault("objectAttributes", "reserved bits are set: " + hex(bits & ~DEFINED));
    }
    return new TpmaObject(bits);
  }

  void encode(TpmWriter out) {
    out.u32(Integer.toUnsignedLong(bits));
  }

  /** Whether all attributes in the mask are set. */
  public boolean has(int mask) {
    return (bits & mask) == mask;
  }

  public boolean fixedTpm() {
    return has(FIXED_TPM);
  }

  public boolean stClear() {
    return has(ST_CLEAR);
  }

  public boolean fixedParent() {
    return has(FIXED_PARENT);
  }

  public boolean sensitiveDataOrigin() {
    return has(SENSITIVE_DATA_ORIGIN);
  }

  public boolean userWithAuth() {
    return has(USER_WITH_AUTH);
  }

  public boolean adminWithPolicy() {
    return has(ADMIN_WITH_POLICY);
  }

  public boolean noDa() {
    return has(NO_DA);
  }

  public boolean encryptedDuplication() {
    return has(ENCRYPTED_DUPLICATION);
  }

  public boolean restricted() {
    return has(RESTRICTED);
  }

  public boolean decrypt() {
    return has(DECRYPT);
  }

  public boolean sign() {
    return has(SIGN);
  }

  public boolean x509Sign() {
    return has(X509_SIGN);
  }

  /** The 32 bits as eight hexadecimal digits. */
  @Override
  public String toString() {
    return hex(bits);
  }

  private static String hex(int bits) {
    return String.format("%08x", bits);
  }
}
