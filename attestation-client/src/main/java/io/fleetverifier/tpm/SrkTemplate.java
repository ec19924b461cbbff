// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;

/**
 * The templates of storage root keys, made as primary objects of the owner hierarchy. The key
 * changes when, and only when, the TPM is cleared or replaced.
 *
 * <p>TCG TPM v2.0 Provisioning Guidance: storage root key.
 */
public enum SrkTemplate {
  /** P-256 with AES-128-CFB. */
  P256(
      new TpmtPublic(
          HashAlg.SHA256,
          new TpmaObject(0x00030472),
          Bytes.EMPTY,
          new TpmuPublicParms.Ecc(
              TpmtSymDefObject.AES_128_CFB, TpmtAsymScheme.NONE, EccCurve.P256, TpmtKdfScheme.NONE),
          new TpmuPublicId.Ecc(Bytes.zeros(32), Bytes.zeros(32))));

  // A public area is immutable through and through, which the checker cannot see without marks.
  @SuppressWarnings("ImmutableEnumChecker")
  private final TpmtPublic template;

  SrkTemplate(TpmtPublic template) {
    this.template = template;
  }

  /** The area as it is sent to TPM2_CreatePrimary in the owner hierarchy. */
  public TpmtPublic template() {
    return template;
  }

  /** Whether the area is this template bit for bit, apart from the unique part. */
  public boolean matches(TpmtPublic area) {
    return template.equalsApartFromUnique(area);
  }
}
