// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

/** Whether evidence is authentic. */
public sealed interface Verification {

  /** Signature, freshness and values held. */
  record Authentic(VerifiedQuote quote) implements Verification {}

  /** Nothing in the evidence is believed; it is nobody's. */
  record Unverifiable(Fault fault) implements Verification {}

  /** The first check that failed. For the server's log and metrics; a device never sees it. */
  enum Fault {
    SIGNATURE_MALFORMED,
    SCHEME_NOT_OF_KEY,
    HASH_WEAK,
    SIGNATURE_WRONG,
    QUOTE_MALFORMED,
    NOT_MADE_BY_A_TPM,
    NOT_A_QUOTE,
    SIGNER_NOT_THE_KEY,
    EXTRA_DATA_WRONG,
    SELECTION_NOT_AS_ASKED,
    VALUES_NOT_AS_SELECTED,
    PCR_DIGEST_WRONG
  }
}
