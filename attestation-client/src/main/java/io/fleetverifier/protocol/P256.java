// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import io.fleetverifier.bytes.Bytes;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;

/** P-256 points as they travel: uncompressed SEC1, {@code 04 || x || y}, 65 bytes. */
public final class P256 {
  private static final ECParameterSpec CURVE = curve();
  private static final int FIELD_BYTES = 32;

  private P256() {}

  /** The curve's parameters. */
  public static ECParameterSpec parameters() {
    return CURVE;
  }

  /**
   * Reads a point.
   *
   * @throws IllegalArgumentException when it is not 65 bytes, not uncompressed, or not on the curve
   */
  public static ECPublicKey decode(Bytes point) {
    if (point.size() != 1 + 2 * FIELD_BYTES || point.at(0) != 4) {
      throw new IllegalArgumentException("no uncompressed P-256 point");
    }
    BigInteger x = new BigInteger(1, point.slice(1, 33).toArray());
    BigInteger y = new BigInteger(1, point.slice(33, 65).toArray());
    if (!onCurve(x, y)) {
      throw new IllegalArgumentException("the point is not on P-256");
    }
    try {
      return (ECPublicKey)
          KeyFactory.getInstance("EC")
              .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), CURVE));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no P-256 key", e);
    }
  }

  /** Writes a point. */
  public static Bytes encode(ECPublicKey key) {
    return Bytes.concat(
        Bytes.fromHex("04"), field(key.getW().getAffineX()), field(key.getW().getAffineY()));
  }

  private static Bytes field(BigInteger value) {
    byte[] octets = value.toByteArray();
    byte[] padded = new byte[FIELD_BYTES];
    int used = Math.min(octets.length, FIELD_BYTES);
    System.arraycopy(octets, octets.length - used, padded, FIELD_BYTES - used, used);
    return Bytes.copyOf(padded);
  }

  private static boolean onCurve(BigInteger x, BigInteger y) {
    EllipticCurve curve = CURVE.getCurve();
    BigInteger p = ((ECFieldFp) curve.getField()).getP();
    if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB()).mod(p);
    return y.multiply(y).mod(p).equals(right);
  }

  private static ECParameterSpec curve() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java run-time has no P-256", e);
    }
  }
}
