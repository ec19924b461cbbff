// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

/** Facts about keys that wrap other things. */
final class Parents {

  private Parents() {}

  /** The cipher of a storage parent; none for an object that cannot be one. */
  static TpmtSymDefObject symmetricOf(TpmtPublic area) {
    return switch (area.parameters()) {
      case TpmuPublicParms.Rsa rsa -> rsa.symmetric();
      case TpmuPublicParms.Ecc ecc -> ecc.symmetric();
      case TpmuPublicParms.SymCipher cipher -> cipher.symmetric();
      case TpmuPublicParms.KeyedHash ignored -> TpmtSymDefObject.NONE;
    };
  }

  /**
   * Refuses a key that is not made from an EK template: what is wrapped for any other key may be
   * opened outside a TPM.
   *
   * @throws IllegalArgumentException when the area is no EK
   */
  static void requireEndorsementKey(TpmtPublic area) {
    if (EkTemplate.of(area).isEmpty()) {
      throw new IllegalArgumentException("the area is not made from a known EK template");
    }
  }
}
