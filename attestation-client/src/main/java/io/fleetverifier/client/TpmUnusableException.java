// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

/** This TPM, as it is set up now, cannot do what the protocol asks for. */
public final class TpmUnusableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Why why;

  /** What stands in the way. */
  public enum Why {
    /** The endorsement hierarchy has a password, so neither EK nor AK can be used. */
    ENDORSEMENT_PASSWORD("the endorsement hierarchy of the TPM has a password; it must be empty"),

    /** The TPM makes a certified EK from a template of its own, which the server does not know. */
    OWN_EK_TEMPLATE("the TPM's EK certificate is for a key of the vendor's own template or nonce"),

    /** The TPM has no TPM2_Import: a release can never be opened, and no weaker form exists. */
    RELEASE_UNSUPPORTED("the TPM cannot import, so no secret can be released to it");

    private final String sentence;

    Why(String sentence) {
      this.sentence = sentence;
    }
  }

  public TpmUnusableException(Why why) {
    this(why, null);
  }

  public TpmUnusableException(Why why, @org.jspecify.annotations.Nullable Throwable cause) {
    super(why.sentence, cause);
    this.why = why;
  }

  public Why why() {
    return why;
  }
}
