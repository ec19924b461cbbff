// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Optional;

/** The elliptic curves this library knows. TPM 2.0 Library, Part 2: TPM_ECC_CURVE. */
public enum EccCurve {
  P256(0x0003, 32, "secp256r1", "1.2.840.10045.3.1.7"),
  P384(0x0004, 48, "secp384r1", "1.3.132.0.34"),
  P521(0x0005, 66, "secp521r1", "1.3.132.0.35");

  /** The size in octets of the largest field element. */
  static final int LARGEST_FIELD = 66;

  private final int id;
  private final int fieldSize;
  private final String jcaName;
  private final String oid;

  // The parameters are never changed after they were made, though their type does not promise it.
  @SuppressWarnings("ImmutableEnumChecker")
  private final ECParameterSpec parameters;

  EccCurve(int id, int fieldSize, String jcaName, String oid) {
    this.id = id;
    this.fieldSize = fieldSize;
    this.jcaName = jcaName;
    this.oid = oid;
    this.parameters = parametersOf(jcaName);
  }

  private static ECParameterSpec parametersOf(String jcaName) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(jcaName));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this Java platform lacks " + jcaName, impossible);
    }
  }

  /** The curve with this TPM_ECC_CURVE, where it is a known one. */
  public static Optional<EccCurve> find(int id) {
    for (EccCurve curve : values()) {
      if (curve.id == id) {
        return Optional.of(curve);
      }
    }
    return Optional.empty();
  }

  /** The TPM_ECC_CURVE. */
  public int id() {
    return id;
  }

  /** The size of a coordinate in octets. */
  public int fieldSize() {
    return fieldSize;
  }

  /** The name of the curve in the Java Cryptography Architecture, such as secp256r1. */
  public String jcaName() {
    return jcaName;
  }

  /** The object identifier of the curve, in dotted form. */
  public String oid() {
    return oid;
  }

  /** The domain parameters. */
  public ECParameterSpec parameters() {
    return parameters;
  }

  /** Whether (x, y) are reduced field elements that satisfy y² = x³ + ax + b. */
  public boolean contains(BigInteger x, BigInteger y) {
    BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
    if (x.signum() < 0 || y.signum() < 0 || x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger a = parameters.getCurve().getA();
    BigInteger b = parameters.getCurve().getB();
    BigInteger right = x.multiply(x).add(a).multiply(x).add(b).mod(p);
    return y.multiply(y).mod(p).equals(right);
  }
}
