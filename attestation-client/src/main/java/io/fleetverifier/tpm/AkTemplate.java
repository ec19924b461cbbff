// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;

/**
 * The templates of attestation keys: restricted signing keys that never leave their TPM, made as
 * primary objects of the endorsement hierarchy, where quotes show the counters as they are.
 */
public enum AkTemplate {
  /** ECDSA on P-256 with SHA-256. */
  P256(
      new TpmtPublic(
          HashAlg.SHA256,
          new TpmaObject(0x00050472),
          Bytes.EMPTY,
          new TpmuPublicParms.Ecc(
              TpmtSymDefObject.NONE,
              TpmtAsymScheme.ecdsa(HashAlg.SHA256),
              EccCurve.P256,
              TpmtKdfScheme.NONE),
          new TpmuPublicId.Ecc(Bytes.EMPTY, Bytes.EMPTY)));

  // A public area is immutable through and through, which the checker cannot see without marks.
  @SuppressWarnings("ImmutableEnumChecker")
  private final TpmtPublic template;

  AkTemplate(TpmtPublic template) {
    this.template = template;
  }

  /** The area as it is sent to TPM2_CreatePrimary in the endorsement hierarchy. */
  public TpmtPublic template() {
    return template;
  }

  /** Whether the area is this template bit for bit, apart from the unique part. */
  public boolean matches(TpmtPublic area) {
    return template.equalsApartFromUnique(area);
  }
}
