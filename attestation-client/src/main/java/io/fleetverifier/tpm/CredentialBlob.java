// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.tpm.SecretExchange.Shared;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * A credential that TPM2_ActivateCredential gives out only in the TPM that holds both the EK and an
 * object with the given Name.
 *
 * <p>TPM 2.0 Library, Part 1: Credential Protection; Part 2: TPM2B_ID_OBJECT,
 * TPM2B_ENCRYPTED_SECRET.
 *
 * @param idObject the contents of the TPM2B_ID_OBJECT, without its size
 * @param encryptedSecret the contents of the TPM2B_ENCRYPTED_SECRET, without its size
 */
public record CredentialBlob(Bytes idObject, Bytes encryptedSecret) {

  /**
   * Makes a blob.
   *
   * @param ek an EK made from a known template; everything about the protection follows from it
   * @param ak the Name that the verifier itself computed from the AK's public area
   * @param credential 16 octets to the size of a digest of the EK's nameAlg
   * @throws IllegalArgumentException when the EK is of no known template, the Name is a handle, or
   *     the credential has another size
   * @throws TpmKeyException when the EK must not be used
   */
  public static CredentialBlob make(
      TpmtPublic ek, TpmName ak, SecretBytes credential, SecureRandom random) {
    Parents.requireEndorsementKey(ek);
    try (Shared shared = SecretExchange.encrypt(ek, SecretExchange.IDENTITY, random)) {
      return make(ek, ak, credential, shared);
    }
  }

  /** A blob under a given shared secret, so that known answers can be tested. */
  static CredentialBlob make(TpmtPublic ek, TpmName ak, SecretBytes credential, Shared shared) {
    if (ak.isHandle() || credential.size() < 16 || credential.size() > ek.nameAlg().size()) {
      throw new IllegalArgumentException("no credential can be made of this");
    }
    ByteBuffer sized = ByteBuffer.allocate(2 + credential.size());
    TpmtSensitive.putSized(credential, sized);
    try (SecretBytes plain = SecretBytes.takeFrom(sized.array())) {
      Bytes idObject = OuterWrap.wrap(ek, shared.secret(), ak, plain);
      return new CredentialBlob(idObject, shared.encrypted());
    }
  }
}
