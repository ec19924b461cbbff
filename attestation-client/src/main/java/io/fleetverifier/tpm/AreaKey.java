// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Optional;

/** From a public area to a public key, with the checks that a key needs before any use. */
final class AreaKey {

  private static final int SMALLEST_MODULUS_BITS = 2048;
  private static final long ONLY_EXPONENT = 65537;

  private AreaKey() {}

  static Optional<KeyProblem> problemOf(TpmtPublic area) {
    return switch (area.unique()) {
      case TpmuPublicId.Rsa(Bytes modulus) ->
          rsaProblem((TpmuPublicParms.Rsa) area.parameters(), modulus);
      case TpmuPublicId.Ecc(Bytes x, Bytes y) ->
          eccProblem((TpmuPublicParms.Ecc) area.parameters(), x, y);
      case TpmuPublicId.KeyedHash ignored -> Optional.of(KeyProblem.NOT_ASYMMETRIC);
      case TpmuPublicId.SymCipher ignored -> Optional.of(KeyProblem.NOT_ASYMMETRIC);
    };
  }

  private static Optional<KeyProblem> rsaProblem(TpmuPublicParms.Rsa parms, Bytes modulus) {
    BigInteger n = unsigned(modulus);
    if (n.bitLength() != parms.keyBits() || n.bitLength() < SMALLEST_MODULUS_BITS) {
      return Optional.of(KeyProblem.MODULUS_SIZE);
    }
    if (!n.testBit(0)) {
      return Optional.of(KeyProblem.MODULUS_EVEN);
    }
    if (parms.effectiveExponent() != ONLY_EXPONENT) {
      return Optional.of(KeyProblem.EXPONENT);
    }
    return Roca.hasPattern(n) ? Optional.of(KeyProblem.MODULUS_ROCA) : Optional.empty();
  }

  private static Optional<KeyProblem> eccProblem(TpmuPublicParms.Ecc parms, Bytes x, Bytes y) {
    boolean present = !x.isEmpty() && !y.isEmpty();
    return present && parms.curve().contains(unsigned(x), unsigned(y))
        ? Optional.empty()
        : Optional.of(KeyProblem.POINT_OFF_CURVE);
  }

  static PublicKey publicKeyOf(TpmtPublic area) {
    refuseProblem(area);
    try {
      return switch (area.unique()) {
        case TpmuPublicId.Rsa(Bytes modulus) ->
            KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(unsigned(modulus), exponentOf(area)));
        case TpmuPublicId.Ecc(Bytes x, Bytes y) ->
            KeyFactory.getInstance("EC")
                .generatePublic(
                    new ECPublicKeySpec(
                        new ECPoint(unsigned(x), unsigned(y)), curveOf(area).parameters()));
        case TpmuPublicId.KeyedHash ignored -> throw notAsymmetric();
        case TpmuPublicId.SymCipher ignored -> throw notAsymmetric();
      };
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("the key was checked, yet Java refuses it", impossible);
    }
  }

  static Bytes subjectPublicKeyInfoOf(TpmtPublic area) {
    refuseProblem(area);
    return switch (area.unique()) {
      case TpmuPublicId.Rsa(Bytes modulus) ->
          Der.rsaPublicKeyInfo(unsigned(modulus), exponentOf(area));
      case TpmuPublicId.Ecc(Bytes x, Bytes y) ->
          Der.ecPublicKeyInfo(curveOf(area), unsigned(x), unsigned(y));
      case TpmuPublicId.KeyedHash ignored -> throw notAsymmetric();
      case TpmuPublicId.SymCipher ignored -> throw notAsymmetric();
    };
  }

  private static void refuseProblem(TpmtPublic area) {
    problemOf(area)
        .ifPresent(problem -> {
          throw new TpmKeyException(problem);
        });
  }

  private static TpmKeyException notAsymmetric() {
    return new TpmKeyException(KeyProblem.NOT_ASYMMETRIC);
  }

  private static BigInteger exponentOf(TpmtPublic area) {
    return BigInteger.valueOf(((TpmuPublicParms.Rsa) area.parameters()).effectiveExponent());
  }

  private static EccCurve curveOf(TpmtPublic area) {
    return ((TpmuPublicParms.Ecc) area.parameters()).curve();
  }

  static BigInteger unsigned(Bytes bigEndian) {
    return new BigInteger(1, bigEndian.toArray());
  }
}
