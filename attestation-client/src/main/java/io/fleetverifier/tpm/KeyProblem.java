// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

/** Why the public key in an area must not be used. */
public enum KeyProblem {
  /** The object is neither an RSA nor an ECC key. */
  NOT_ASYMMETRIC,
  /** The modulus is below 2048 bits, or not as long as the area says. */
  MODULUS_SIZE,
  /** The modulus is even. */
  MODULUS_EVEN,
  /** The exponent is neither 65537 nor 0, which means 65537. */
  EXPONENT,
  /** The modulus has the pattern of the faulty generator of CVE-2017-15361 (ROCA). */
  MODULUS_ROCA,
  /** The point is missing, not on its curve, or a coordinate is not a reduced field element. */
  POINT_OFF_CURVE
}
