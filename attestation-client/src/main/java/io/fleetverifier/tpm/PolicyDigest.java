// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;

/**
 * The digest that a policy session has after a sequence of policy commands, and that an object with
 * that policy holds as its authPolicy. Each method appends one command.
 *
 * <p>TPM 2.0 Library, Part 1: Enhanced Authorization; Part 3: the TPM2_Policy commands.
 *
 * @param hash the hash of the policy session, which is the nameAlg of the object
 */
public record PolicyDigest(HashAlg hash, Bytes value) {

  private static final Bytes CC_POLICY_SECRET = Bytes.u32(0x151);
  private static final Bytes CC_POLICY_COUNTER_TIMER = Bytes.u32(0x16d);
  private static final Bytes CC_POLICY_OR = Bytes.u32(0x171);
  private static final Bytes CC_POLICY_PCR = Bytes.u32(0x17f);
  private static final Bytes CC_POLICY_AUTHORIZE_NV = Bytes.u32(0x192);

  /** The octets before resetCount in TPMS_TIME_INFO: time and clock; restartCount follows it. */
  private static final Bytes OFFSET_OF_RESET_COUNT = Bytes.u16(16);

  private static final Bytes OPERATION_EQUAL = Bytes.u16(0);

  /** Checks the size of the digest. */
  public PolicyDigest {
    if (value.size() != hash.size()) {
      throw new IllegalArgumentException("not a digest of " + hash);
    }
  }

  /** The digest of a fresh policy session: zeros. */
  public static PolicyDigest start(HashAlg hash) {
    return new PolicyDigest(hash, Bytes.zeros(hash.size()));
  }

  /**
   * TPM2_PolicyPCR.
   *
   * @param pcrDigest the digest, by this policy's hash, over the selected values
   */
  public PolicyDigest policyPcr(PcrSelection selection, Bytes pcrDigest) {
    return extended(CC_POLICY_PCR, selection.encode(), pcrDigest);
  }

  /**
   * TPM2_PolicyCounterTimer, once, over the 8 octets of both counters: they must equal these.
   *
   * @param resetCount in 0..2^32-1
   * @param restartCount in 0..2^32-1
   */
  public PolicyDigest policyCounterTimer(long resetCount, long restartCount) {
    Bytes operand = Bytes.concat(Bytes.u32(resetCount), Bytes.u32(restartCount));
    return extended(
        CC_POLICY_COUNTER_TIMER, hash.digest(operand, OFFSET_OF_RESET_COUNT, OPERATION_EQUAL));
  }

  /** TPM2_PolicySecret with the endorsement hierarchy and no policyRef: PolicyA of EK templates. */
  public PolicyDigest policySecretEndorsement() {
    Bytes entity = TpmName.ofHandle(TpmHandles.ENDORSEMENT).value();
    // The second digest appends policyRef, which is empty here.
    return new PolicyDigest(hash, hash.digest(extended(CC_POLICY_SECRET, entity).value));
  }

  /**
   * TPM2_PolicyAuthorizeNV: whatever policy the NV index with this Name holds. It starts afresh.
   */
  public PolicyDigest policyAuthorizeNv(TpmName index) {
    return start(hash).extended(CC_POLICY_AUTHORIZE_NV, index.value());
  }

  /**
   * TPM2_PolicyOR: any of the branches. It starts afresh.
   *
   * @param branches 2 to 8 digests of this policy's hash
   */
  public PolicyDigest policyOr(PolicyDigest... branches) {
    if (branches.length < 2 || branches.length > 8) {
      throw new IllegalArgumentException("a TPM takes 2 to 8 branches");
    }
    Bytes list = Bytes.EMPTY;
    for (PolicyDigest branch : branches) {
      if (branch.hash != hash) {
        throw new IllegalArgumentException("a branch of another hash");
      }
      list = Bytes.concat(list, branch.value);
    }
    return start(hash).extended(CC_POLICY_OR, list);
  }

  private PolicyDigest extended(Bytes... parts) {
    return new PolicyDigest(hash, hash.digest(value, Bytes.concat(parts)));
  }
}
