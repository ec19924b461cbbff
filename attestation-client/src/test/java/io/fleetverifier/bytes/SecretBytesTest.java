// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class SecretBytesTest {

  @Test
  void theContentIsNeverPrinted() {
    assertThat(SecretBytes.copyOf(new byte[] {65, 66, 67})).hasToString("SecretBytes[3]");
  }

  @Test
  void equalityIsIdentitySoThatNoCollectionComparesSecrets() {
    assertThat(SecretBytes.copyOf(new byte[3])).isNotEqualTo(SecretBytes.copyOf(new byte[3]));
  }

  @Test
  void constantTimeEqualityComparesTheContent() {
    SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2});
    assertThat(secret.constantTimeEquals(SecretBytes.copyOf(new byte[] {1, 2}))).isTrue();
    assertThat(secret.constantTimeEquals(SecretBytes.copyOf(new byte[] {1, 3}))).isFalse();
    assertThat(secret.constantTimeEquals(SecretBytes.copyOf(new byte[] {1}))).isFalse();
  }

  @Test
  void arraysGivenAndTakenAreCopies() {
    byte[] given = {1, 2};
    SecretBytes secret = SecretBytes.copyOf(given);
    given[0] = 9;
    secret.revealBytes()[1] = 9;
    assertThat(secret.revealBytes()).containsExactly(1, 2);
  }

  @Test
  void whatIsTakenOverIsWipedAtItsSource() {
    byte[] given = {1, 2};
    SecretBytes secret = SecretBytes.takeFrom(given);
    assertThat(given).containsOnly(0);
    assertThat(secret.revealBytes()).containsExactly(1, 2);
  }

  @Test
  void afterCloseNothingIsRevealed() {
    SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2});
    secret.close();
    secret.close();
    assertThatIllegalStateException().isThrownBy(secret::revealBytes);
    assertThatIllegalStateException()
        .isThrownBy(() -> secret.constantTimeEquals(SecretBytes.copyOf(new byte[2])));
    assertThat(secret.size()).isEqualTo(2);
  }
}
