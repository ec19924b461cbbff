// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetverifier.bytes.Bytes;
import org.junit.jupiter.api.Test;

class PolicyDigestTest {

  private static final PcrSelection SELECTION = PcrSelection.of(HashAlg.SHA256, 11);
  private static final Bytes PCR_DIGEST = Bytes.utf8("values").sha256();
  private static final PolicyDigest START = PolicyDigest.start(HashAlg.SHA256);

  @Test
  void aFreshSessionHasTheZeroDigest() {
    assertThat(START.value()).isEqualTo(Bytes.zeros(32));
    assertThat(PolicyDigest.start(HashAlg.SHA384).value()).isEqualTo(Bytes.zeros(48));
  }

  @Test
  void eachPartOfThePolicyChangesTheDigest() {
    PolicyDigest policy = START.policyPcr(SELECTION, PCR_DIGEST).policyCounterTimer(5, 1);
    assertThat(policy)
        .isNotEqualTo(START.policyPcr(SELECTION, PCR_DIGEST))
        .isNotEqualTo(START.policyPcr(SELECTION, PCR_DIGEST).policyCounterTimer(6, 1))
        .isNotEqualTo(START.policyPcr(SELECTION, PCR_DIGEST).policyCounterTimer(5, 2))
        .isNotEqualTo(START.policyPcr(SELECTION, PCR_DIGEST).policyCounterTimer(1, 5))
        .isNotEqualTo(START.policyPcr(SELECTION, Bytes.zeros(32)).policyCounterTimer(5, 1))
        .isNotEqualTo(
            START
                .policyPcr(PcrSelection.of(HashAlg.SHA256, 12), PCR_DIGEST)
                .policyCounterTimer(5, 1))
        .isNotEqualTo(START.policyCounterTimer(5, 1).policyPcr(SELECTION, PCR_DIGEST));
  }

  @Test
  void countersTakeAll32BitsAndNoMore() {
    assertThat(START.policyCounterTimer(0xffff_ffffL, 0))
        .isNotEqualTo(START.policyCounterTimer(0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> START.policyCounterTimer(1L << 32, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> START.policyCounterTimer(0, -1));
  }

  @Test
  void aChoiceForgetsWhatWasBeforeIt() {
    PolicyDigest a = START.policySecretEndorsement();
    PolicyDigest b = START.policyPcr(SELECTION, PCR_DIGEST);
    assertThat(a.policyOr(a, b)).isEqualTo(b.policyOr(a, b)).isNotEqualTo(a.policyOr(b, a));
  }

  @Test
  void aChoiceTakesTwoToEightBranchesOfItsOwnHash() {
    assertThatIllegalArgumentException().isThrownBy(() -> START.policyOr());
    assertThatIllegalArgumentException().isThrownBy(() -> START.policyOr(START));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> START.policyOr(START, START, START, START, START, START, START, START, START));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> START.policyOr(START, PolicyDigest.start(HashAlg.SHA384)));
  }

  @Test
  void aDigestOfAnotherSizeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PolicyDigest(HashAlg.SHA256, Bytes.zeros(48)));
  }
}
