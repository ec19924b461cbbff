// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenTextTest {

  private final SecureRandom random = new SecureRandom();

  @Test
  void aTokenHasItsPrefixThirtyRandomAndSixCheckedCharacters() {
    assertThat(TokenText.API.create(random)).matches("fva_[0-9A-Za-z]{36}");
    assertThat(TokenText.JOIN.create(random)).matches("fvj_[0-9A-Za-z]{36}");
  }

  @Test
  void noTwoTokensAreTheSame() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      assertThat(seen.add(TokenText.API.create(random))).isTrue();
    }
  }

  @Test
  void theChecksumIsTheCrc32OfAllBeforeIt() {
    // Python: zlib.crc32(b"fva_" + b"0" * 30) is 0xe6075225, in base62 4DAyTl.
    assertThat(TokenText.API.isWellFormed("fva_" + "0".repeat(30) + "4DAyTl")).isTrue();
  }

  @Test
  void aTokenWithAnyOneCharacterChangedIsNotWellFormed() {
    String token = TokenText.API.create(random);
    assertThat(TokenText.API.isWellFormed(token)).isTrue();
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'x' ? 'y' : 'x';
      String changed = token.substring(0, i) + other + token.substring(i + 1);
      assertThat(TokenText.API.isWellFormed(changed)).as(changed).isFalse();
    }
  }

  @Test
  void aTokenOfAnotherKindOrLengthIsNotWellFormed() {
    String token = TokenText.JOIN.create(random);
    assertThat(TokenText.API.isWellFormed(token)).isFalse();
    assertThat(TokenText.JOIN.isWellFormed(token + "0")).isFalse();
    assertThat(TokenText.JOIN.isWellFormed(token.substring(1))).isFalse();
    assertThat(TokenText.JOIN.isWellFormed("")).isFalse();
    assertThat(TokenText.JOIN.isWellFormed(token + "\n")).isFalse();
  }
}
