// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;

/**
 * A signature with its scheme. Null, HMAC, ECDAA and other signatures are refused.
 *
 * <p>TPM 2.0 Library, Part 2: TPMT_SIGNATURE.
 */
public sealed interface TpmtSignature {

  /** The size in octets of the largest RSA signature: of a 4096-bit key. */
  int LARGEST_RSA = 512;

  /** The TPM_ALG_ID of the scheme. */
  int algorithm();

  /** The hash of the scheme. */
  HashAlg hash();

  /** RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2). */
  record Rsassa(HashAlg hash, Bytes signature) implements TpmtSignature {
    @Override
    public int algorithm() {
      return TpmAlg.RSASSA;
    }
  }

  /** RSASSA-PSS (RFC 8017 section 8.1). */
  record Rsapss(HashAlg hash, Bytes signature) implements TpmtSignature {
    @Override
    public int algorithm() {
      return TpmAlg.RSAPSS;
    }
  }

  /**
   * ECDSA (FIPS 186).
   *
   * @param r big-endian, of no fixed width
   * @param s big-endian, of no fixed width
   */
  record Ecdsa(HashAlg hash, Bytes r, Bytes s) implements TpmtSignature {
    @Override
    public int algorithm() {
      return TpmAlg.ECDSA;
    }
  }

  /**
   * Decodes a whole signature.
   *
   * @param signature TPMT_SIGNATURE
   * @throws TpmDecodeException for anything else
   */
  static TpmtSignature decode(Bytes signature) {
    TpmReader in = new TpmReader("TPMT_SIGNATURE", signature);
    int algorithm = in.u16("sigAlg");
    TpmtSignature decoded =
        switch (algorithm) {
          case TpmAlg.RSASSA -> new Rsassa(in.hashAlg("hash"), in.sized("sig", LARGEST_RSA));
          case TpmAlg.RSAPSS -> new Rsapss(in.hashAlg("hash"), in.sized("sig", LARGEST_RSA));
          case TpmAlg.ECDSA ->
              new Ecdsa(
                  in.hashAlg("hash"),
                  in.sized("signatureR", EccCurve.LARGEST_FIELD),
                  in.sized("signatureS", EccCurve.LARGEST_FIELD));
          default -> throw in.unknown("sigAlg", algorithm);
        };
    in.end();
    return decoded;
  }

  /** TPMT_SIGNATURE. */
  default Bytes encode() {
    TpmWriter out = new TpmWriter().u16(algorithm()).u16(hash().id());
    switch (this) {
      case Rsassa(HashAlg ignored, Bytes signature) -> out.sized(signature);
      case Rsapss(HashAlg ignored, Bytes signature) -> out.sized(signature);
      case Ecdsa(HashAlg ignored, Bytes r, Bytes s) -> out.sized(r).sized(s);
    }
    return out.toBytes();
  }
}
