// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.TpmAlg;
import io.fleetverifier.tpm.TpmDecodeException;
import io.fleetverifier.tpm.TpmaObject;
import io.fleetverifier.tpm.TpmtAsymScheme;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmtSymDefObject;
import io.fleetverifier.tpm.TpmuPublicParms;

/**
 * What a key must be so that its signature under a quote means something: made inside a TPM, unable
 * to leave it, and unable to sign what looks like a quote but was not made by the TPM.
 *
 * <p>TPM 2.0 Library, Part 1: Attestation; Part 2: TPMA_OBJECT. Reserved attribute bits, sizes that
 * do not fit and unknown algorithms are refused by the decoder already.
 */
final class AttestationKeyRules {
  private AttestationKeyRules() {}

  /**
   * Checks every rule.
   *
   * @param area {@code TPMT_PUBLIC}
   * @throws ProblemException AK_UNSUITABLE with the first rule that is broken
   */
  static AttestationKey check(Bytes area) {
    TpmtPublic ak = decode(area);
    require(isAsymmetric(ak), "it is no RSA or ECC key");
    require(staysInItsTpm(ak), "fixedTPM and fixedParent are not both set");
    require(wasMadeByItsTpm(ak), "sensitiveDataOrigin is not set");
    require(signsOnlyWhatTheTpmMade(ak), "restricted and sign are not both set");
    require(doesNothingElse(ak), "decrypt, x509sign or encryptedDuplication is set");
    require(hasNoCipher(ak), "a signing key has no symmetric algorithm");
    require(hasASigningScheme(ak), "its scheme is none of RSASSA, RSAPSS and ECDSA");
    require(signsOverAStrongHash(ak), "its scheme's hash is weaker than SHA-256");
    require(isNamedByAStrongHash(ak), "its nameAlg is weaker than SHA-256");
    require(isAStrongKey(ak), "its key is too short, off its curve, or of a known weak form");
    return AttestationKey.of(ak);
  }

  private static TpmtPublic decode(Bytes area) {
    try {
      return TpmtPublic.decode(area);
    } catch (TpmDecodeException e) {
      throw EnrolmentRefusal.AK_UNSUITABLE.problem("the AK area is no TPMT_PUBLIC known here");
    }
  }

  private static void require(boolean kept, String otherwise) {
    if (!kept) {
      throw EnrolmentRefusal.AK_UNSUITABLE.problem("the AK is refused: " + otherwise);
    }
  }

  private static boolean isAsymmetric(TpmtPublic ak) {
    return ak.type() == TpmAlg.RSA || ak.type() == TpmAlg.ECC;
  }

  /** Else a copy outside of the TPM could sign, and activation would mean nothing. */
  private static boolean staysInItsTpm(TpmtPublic ak) {
    return ak.attributes().has(TpmaObject.FIXED_TPM | TpmaObject.FIXED_PARENT);
  }

  /** Else its private part was known outside of the TPM before it came in. */
  private static boolean wasMadeByItsTpm(TpmtPublic ak) {
    return ak.attributes().sensitiveDataOrigin();
  }

  /** Else the operating system could have it sign a made-up quote. */
  private static boolean signsOnlyWhatTheTpmMade(TpmtPublic ak) {
    return ak.attributes().has(TpmaObject.RESTRICTED | TpmaObject.SIGN);
  }

  private static boolean doesNothingElse(TpmtPublic ak) {
    TpmaObject attributes = ak.attributes();
    return !attributes.decrypt() && !attributes.x509Sign() && !attributes.encryptedDuplication();
  }

  private static boolean hasNoCipher(TpmtPublic ak) {
    return symmetric(ak).isNone();
  }

  private static boolean hasASigningScheme(TpmtPublic ak) {
    int scheme = scheme(ak).algorithm();
    return scheme == TpmAlg.RSASSA || scheme == TpmAlg.RSAPSS || scheme == TpmAlg.ECDSA;
  }

  private static boolean signsOverAStrongHash(TpmtPublic ak) {
    return scheme(ak).hash().filter(AttestationKeyRules::isStrong).isPresent();
  }

  private static boolean isNamedByAStrongHash(TpmtPublic ak) {
    return isStrong(ak.nameAlg());
  }

  private static boolean isAStrongKey(TpmtPublic ak) {
    return ak.keyProblem().isEmpty();
  }

  private static boolean isStrong(HashAlg hash) {
    return hash.size() >= HashAlg.SHA256.size();
  }

  private static TpmtSymDefObject symmetric(TpmtPublic ak) {
    return switch (ak.parameters()) {
      case TpmuPublicParms.Rsa rsa -> rsa.symmetric();
      case TpmuPublicParms.Ecc ecc -> ecc.symmetric();
      case TpmuPublicParms.SymCipher ignored -> throw notAsymmetric();
      case TpmuPublicParms.KeyedHash ignored -> throw notAsymmetric();
    };
  }

  private static TpmtAsymScheme scheme(TpmtPublic ak) {
    return switch (ak.parameters()) {
      case TpmuPublicParms.Rsa rsa -> rsa.scheme();
      case TpmuPublicParms.Ecc ecc -> ecc.scheme();
      case TpmuPublicParms.SymCipher ignored -> throw notAsymmetric();
      case TpmuPublicParms.KeyedHash ignored -> throw notAsymmetric();
    };
  }

  private static IllegalStateException notAsymmetric() {
    return new IllegalStateException("the first rule lets RSA and ECC keys pass only");
  }
}
