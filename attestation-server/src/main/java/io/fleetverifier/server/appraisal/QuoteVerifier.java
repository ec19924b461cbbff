// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.appraisal.Verification.Authentic;
import io.fleetverifier.server.appraisal.Verification.Fault;
import io.fleetverifier.server.appraisal.Verification.Unverifiable;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.TpmDecodeException;
import io.fleetverifier.tpm.TpmsAttest;
import io.fleetverifier.tpm.TpmsQuoteInfo;
import io.fleetverifier.tpm.TpmtAsymScheme;
import io.fleetverifier.tpm.TpmtSignature;
import io.fleetverifier.tpm.TpmuPublicParms;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Authenticity of a quote: mechanism, no policy. The checks, in order, the first failure ending it:
 *
 * <ol>
 *   <li>the signature decodes, its scheme and hash are those of the key on record, the hash is
 *       SHA-256 or better
 *   <li>it holds over the bytes received, not over anything re-encoded
 *   <li>the quote decodes with no octet left over
 *   <li>a TPM made it, and it is a quote and nothing else that a TPM signs
 *   <li>it names the key on record as its signer
 *   <li>it carries the expected extraData
 *   <li>it selects exactly the PCRs that were asked for
 *   <li>exactly these PCRs' values came along, and their digest is the one quoted
 * </ol>
 *
 * <p>TPM 2.0 Library, Part 3: TPM2_Quote; docs/reference/protocol.md section 6, steps 4 to 7.
 */
public final class QuoteVerifier {
  private static final HashAlg BANK = HashAlg.SHA256;
  private static final PcrSelection ASKED = PcrSelection.of(BANK, Protocol.QUOTED_PCRS);
  private static final Set<Integer> ASKED_PCRS = Set.copyOf(Protocol.QUOTED_PCRS);

  private final SignatureVerifier signatures = new SignatureVerifier();

  /**
   * Verifies one quote.
   *
   * @param extraData the 32 bytes that this challenge and these claims call for
   */
  public Verification verify(EnrolledKey key, Evidence evidence, Bytes extraData) {
    TpmtSignature signature;
    try {
      signature = TpmtSignature.decode(evidence.signature());
    } catch (TpmDecodeException e) {
      return refuse(Fault.SIGNATURE_MALFORMED);
    }
    if (!isSchemeOf(key, signature)) {
      return refuse(Fault.SCHEME_NOT_OF_KEY);
    }
    if (signature.hash() == HashAlg.SHA1) {
      return refuse(Fault.HASH_WEAK);
    }
    if (!signatures.holds(key.area(), evidence.quote(), signature)) {
      return refuse(Fault.SIGNATURE_WRONG);
    }
    TpmsAttest attest;
    try {
      attest = TpmsAttest.decode(evidence.quote());
    } catch (TpmDecodeException e) {
      return refuse(Fault.QUOTE_MALFORMED);
    }
    return verifyContent(key, attest, evidence.pcrValues(), signature.hash(), extraData);
  }

  private static Verification verifyContent(
      EnrolledKey key,
      TpmsAttest attest,
      Map<Integer, Bytes> values,
      HashAlg signingHash,
      Bytes extraData) {
    if (!attest.hasTpmMagic()) {
      return refuse(Fault.NOT_MADE_BY_A_TPM);
    }
    if (!(attest.attested() instanceof TpmsQuoteInfo quote)) {
      return refuse(Fault.NOT_A_QUOTE);
    }
    if (!attest.qualifiedSigner().equals(key.qualifiedName())) {
      return refuse(Fault.SIGNER_NOT_THE_KEY);
    }
    if (!attest.extraData().constantTimeEquals(extraData)) {
      return refuse(Fault.EXTRA_DATA_WRONG);
    }
    if (!quote.pcrSelect().equals(ASKED)) {
      return refuse(Fault.SELECTION_NOT_AS_ASKED);
    }
    if (!areOfTheSelection(values)) {
      return refuse(Fault.VALUES_NOT_AS_SELECTED);
    }
    PcrValues pcrs = PcrValues.of(BANK, values);
    if (!pcrs.digest(signingHash).constantTimeEquals(quote.pcrDigest())) {
      return refuse(Fault.PCR_DIGEST_WRONG);
    }
    return new Authentic(new VerifiedQuote(pcrs, attest.clockInfo(), attest.firmwareVersion()));
  }

  /** The sender never chooses the scheme: a restricted signing key has exactly one. */
  private static boolean isSchemeOf(EnrolledKey key, TpmtSignature signature) {
    TpmtAsymScheme scheme =
        switch (key.area().parameters()) {
          case TpmuPublicParms.Rsa rsa -> rsa.scheme();
          case TpmuPublicParms.Ecc ecc -> ecc.scheme();
          case TpmuPublicParms.KeyedHash ignored -> TpmtAsymScheme.NONE;
          case TpmuPublicParms.SymCipher ignored -> TpmtAsymScheme.NONE;
        };
    return scheme.algorithm() == signature.algorithm()
        && scheme.hash().filter(hash -> hash == signature.hash()).isPresent();
  }

  private static boolean areOfTheSelection(Map<Integer, Bytes> values) {
    return new TreeSet<>(values.keySet()).equals(ASKED_PCRS)
        && values.values().stream().allMatch(value -> value.size() == BANK.size());
  }

  private static Verification refuse(Fault fault) {
    return new Unverifiable(fault);
  }
}
