// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.tpm.SecretExchange.Shared;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * A sealed data object made outside the TPM, to be brought in by TPM2_Import below an EK. It opens
 * only in the TPM that holds the EK, and only in a session that satisfied the policy: it has no
 * password, and no policy command lets anyone duplicate it again.
 *
 * <p>TPM 2.0 Library, Part 1: Duplication, Outer Duplication Wrapper; Part 3: TPM2_Import.
 *
 * @param objectPublic TPMT_PUBLIC, the contents of the TPM2B_PUBLIC without its size
 * @param duplicate the contents of the TPM2B_PRIVATE, without its size
 * @param inSymSeed the contents of the TPM2B_ENCRYPTED_SECRET, without its size
 * @param name the Name of the object
 */
public record SealedObject(Bytes objectPublic, Bytes duplicate, Bytes inSymSeed, TpmName name) {

  private static final HashAlg NAME_ALG = HashAlg.SHA256;
  private static final TpmaObject ATTRIBUTES =
      TpmaObject.of(TpmaObject.NO_DA, TpmaObject.ADMIN_WITH_POLICY);

  /**
   * Seals a share.
   *
   * @param ek an EK made from a known template; everything about the protection follows from it
   * @param share 1 to 128 octets
   * @param policyDigest the SHA-256 digest of the policy that opens the object
   * @throws IllegalArgumentException when the EK is of no known template, or the share or the
   *     policy has another size
   * @throws TpmKeyException when the EK must not be used
   */
  public static SealedObject make(
      TpmtPublic ek, SecretBytes share, Bytes policyDigest, SecureRandom random) {
    Parents.requireEndorsementKey(ek);
    try (SecretBytes seedValue = SecretBytes.random(NAME_ALG.size(), random);
        Shared shared = SecretExchange.encrypt(ek, SecretExchange.DUPLICATE, random)) {
      return make(ek, share, policyDigest, seedValue, shared);
    }
  }

  /** An object with given random parts, so that known answers can be tested. */
  static SealedObject make(
      TpmtPublic ek, SecretBytes share, Bytes policyDigest, SecretBytes seedValue, Shared shared) {
    if (policyDigest.size() != NAME_ALG.size()) {
      throw new IllegalArgumentException("the policy is not a digest of " + NAME_ALG);
    }
    TpmtPublic area = area(policyDigest, seedValue, share);
    try (SecretBytes plain = sensitive(seedValue, share)) {
      Bytes duplicate = OuterWrap.wrap(ek, shared.secret(), area.name(), plain);
      return new SealedObject(area.encode(), duplicate, shared.encrypted(), area.name());
    }
  }

  private static TpmtPublic area(Bytes policyDigest, SecretBytes seedValue, SecretBytes share) {
    return new TpmtPublic(
        NAME_ALG,
        ATTRIBUTES,
        policyDigest,
        new TpmuPublicParms.KeyedHash(new TpmtKeyedHashScheme.Null()),
        new TpmuPublicId.KeyedHash(NAME_ALG.digestSecret(seedValue, share)));
  }

  /** TPM2B_SENSITIVE. */
  private static SecretBytes sensitive(SecretBytes seedValue, SecretBytes share) {
    try (SecretBytes noPassword = SecretBytes.copyOf(new byte[0]);
        SecretBytes encoded = new TpmtSensitive(noPassword, seedValue, share).encode()) {
      ByteBuffer sized = ByteBuffer.allocate(2 + encoded.size());
      TpmtSensitive.putSized(encoded, sized);
      return SecretBytes.takeFrom(sized.array());
    }
  }
}
