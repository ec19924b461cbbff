// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

/**
 * The cipher with which a storage parent protects its children: AES or none.
 *
 * <p>TPM 2.0 Library, Part 2: TPMT_SYM_DEF_OBJECT.
 *
 * @param algorithm {@link TpmAlg#AES} or {@link TpmAlg#NULL}
 * @param keyBits 128, 192 or 256; 0 without a cipher
 * @param mode the TPM_ALG_ID of the mode, such as {@link TpmAlg#CFB}, or {@link TpmAlg#NULL} where
 *     each use chooses it; 0 without a cipher
 */
public record TpmtSymDefObject(int algorithm, int keyBits, int mode) {

  public static final TpmtSymDefObject NONE = new TpmtSymDefObject(TpmAlg.NULL, 0, 0);
  public static final TpmtSymDefObject AES_128_CFB = aesCfb(128);
  public static final TpmtSymDefObject AES_256_CFB = aesCfb(256);

  public TpmtSymDefObject {
    boolean none = algorithm == TpmAlg.NULL && keyBits == 0 && mode == 0;
    boolean aes = algorithm == TpmAlg.AES && isAesSize(keyBits) && isMode(mode);
    if (!none && !aes) {
      throw new IllegalArgumentException("neither AES nor no cipher");
    }
  }

  public static TpmtSymDefObject aesCfb(int keyBits) {
    return new TpmtSymDefObject(TpmAlg.AES, keyBits, TpmAlg.CFB);
  }

  static TpmtSymDefObject decode(TpmReader in) {
    int algorithm = in.u16("symmetric.algorithm");
    if (algorithm == TpmAlg.NULL) {
      return NONE;
    }
    if (algorithm != TpmAlg.AES) {
      throw in.unknown("symmetric.algorithm", algorithm);
    }
    int keyBits = in.u16("symmetric.keyBits");
    if (!isAesSize(keyBits)) {
      throw in.unknown("symmetric.keyBits", keyBits);
    }
    int mode = in.u16("symmetric.mode");
    if (!isMode(mode)) {
      throw in.unknown("symmetric.mode", mode);
    }
    return new TpmtSymDefObject(algorithm, keyBits, mode);
  }

  void encode(TpmWriter out) {
    out.u16(algorithm);
    if (!isNone()) {
      out.u16(keyBits).u16(mode);
    }
  }

  public boolean isNone() {
    return algorithm == TpmAlg.NULL;
  }

  private static boolean isAesSize(int bits) {
    return bits == 128 || bits == 192 || bits == 256;
  }

  private static boolean isMode(int mode) {
    return mode == TpmAlg.NULL || (mode >= TpmAlg.CTR && mode <= TpmAlg.ECB);
  }
}
