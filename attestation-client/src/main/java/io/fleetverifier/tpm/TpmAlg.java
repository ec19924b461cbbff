// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

/**
 * Algorithm identifiers other than hashes. TPM 2.0 Library, Part 2: TPM_ALG_ID; TCG Algorithm
 * Registry.
 */
public final class TpmAlg {

  public static final int RSA = 0x0001;
  public static final int HMAC = 0x0005;
  public static final int AES = 0x0006;
  public static final int MGF1 = 0x0007;
  public static final int KEYEDHASH = 0x0008;
  public static final int XOR = 0x000a;
  public static final int NULL = 0x0010;
  public static final int RSASSA = 0x0014;
  public static final int RSAES = 0x0015;
  public static final int RSAPSS = 0x0016;
  public static final int OAEP = 0x0017;
  public static final int ECDSA = 0x0018;
  public static final int ECDH = 0x0019;
  public static final int KDF1_SP800_56A = 0x0020;
  public static final int KDF2 = 0x0021;
  public static final int KDF1_SP800_108 = 0x0022;
  public static final int ECC = 0x0023;
  public static final int SYMCIPHER = 0x0025;
  public static final int CTR = 0x0040;
  public static final int CFB = 0x0043;
  public static final int ECB = 0x0044;

  private TpmAlg() {}
}
