// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;

/**
 * The part of a public area that is unique to the object. It may be empty or zero in a template.
 *
 * <p>TPM 2.0 Library, Part 2: TPMU_PUBLIC_ID.
 */
public sealed interface TpmuPublicId {

  /**
   * TPM2B_PUBLIC_KEY_RSA.
   *
   * @param modulus big-endian; empty, or as long as the key size says
   */
  record Rsa(Bytes modulus) implements TpmuPublicId {}

  /**
   * TPMS_ECC_POINT.
   *
   * @param x big-endian, at most as long as a field element
   * @param y big-endian, at most as long as a field element
   */
  record Ecc(Bytes x, Bytes y) implements TpmuPublicId {}

  /**
   * TPM2B_DIGEST.
   *
   * @param digest empty, or a digest of nameAlg over the seed value and the sensitive data
   */
  record KeyedHash(Bytes digest) implements TpmuPublicId {}

  /**
   * TPM2B_DIGEST.
   *
   * @param digest empty, or a digest of nameAlg over the seed value and the key
   */
  record SymCipher(Bytes digest) implements TpmuPublicId {}

  static TpmuPublicId decode(TpmuPublicParms parms, HashAlg nameAlg, TpmReader in) {
    return switch (parms) {
      case TpmuPublicParms.Rsa rsa -> new Rsa(in.sizedEmptyOr("unique", rsa.keyBits() / 8));
      case TpmuPublicParms.Ecc ecc -> {
        int field = ecc.curve().fieldSize();
        yield new Ecc(in.sized("unique.x", field), in.sized("unique.y", field));
      }
      case TpmuPublicParms.KeyedHash ignored ->
          new KeyedHash(in.sizedEmptyOr("unique", nameAlg.size()));
      case TpmuPublicParms.SymCipher ignored ->
          new SymCipher(in.sizedEmptyOr("unique", nameAlg.size()));
    };
  }

  static void encode(TpmuPublicId id, TpmWriter out) {
    switch (id) {
      case Rsa(Bytes modulus) -> out.sized(modulus);
      case Ecc(Bytes x, Bytes y) -> out.sized(x).sized(y);
      case KeyedHash(Bytes digest) -> out.sized(digest);
      case SymCipher(Bytes digest) -> out.sized(digest);
    }
  }

  /** Whether this has the form that the parameters and nameAlg ask for. */
  static boolean fits(TpmuPublicId id, TpmuPublicParms parms, HashAlg nameAlg) {
    return switch (id) {
      case Rsa(Bytes n) ->
          parms instanceof TpmuPublicParms.Rsa rsa && emptyOr(n, rsa.keyBits() / 8);
      case Ecc(Bytes x, Bytes y) ->
          parms instanceof TpmuPublicParms.Ecc ecc
              && x.size() <= ecc.curve().fieldSize()
              && y.size() <= ecc.curve().fieldSize();
      case KeyedHash(Bytes digest) ->
          parms instanceof TpmuPublicParms.KeyedHash && emptyOr(digest, nameAlg.size());
      case SymCipher(Bytes digest) ->
          parms instanceof TpmuPublicParms.SymCipher && emptyOr(digest, nameAlg.size());
    };
  }

  private static boolean emptyOr(Bytes value, int size) {
    return value.isEmpty() || value.size() == size;
  }
}
