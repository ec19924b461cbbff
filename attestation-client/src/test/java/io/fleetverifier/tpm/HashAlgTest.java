// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Digests, HMAC and the key derivation functions. */
class HashAlgTest {

  @ParameterizedTest
  @EnumSource
  void theIdentifierAndTheSizeAreThoseOfTheAlgorithm(HashAlg alg) {
    assertThat(HashAlg.fromId(alg.id())).isEqualTo(alg);
    assertThat(alg.digest().size()).isEqualTo(alg.size());
    assertThat(alg.digest(Bytes.of(1), Bytes.of(2))).isEqualTo(alg.digest(Bytes.of(1, 2)));
  }

  @Test
  void hmacOfRfc4231TestCase2() {
    SecretBytes key = secret(Bytes.utf8("Jefe"));
    assertThat(
            HashAlg.SHA256
                .hmac(key, Bytes.utf8("what do ya want "), Bytes.utf8("for nothing?"))
                .toHex())
        .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  @Test
  void theEmptyKeyIsAKeyOfHmac() {
    assertThat(HashAlg.SHA256.hmac(secret(Bytes.EMPTY)).toHex())
        .isEqualTo("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  }

  @Test
  void derivedKeysMayBeLongerOrShorterThanADigest() {
    SecretBytes key = secret(Bytes.of(1));
    Bytes longest = kdfa(key, 1024);
    assertThat(longest.size()).isEqualTo(128);
    assertThat(kdfa(key, 128).size()).isEqualTo(16);
    // The length is hashed in, so that a shorter key is no prefix of a longer one.
    assertThat(kdfa(key, 128)).isNotEqualTo(longest.slice(0, 16));
    SecretBytes z = secret(Bytes.of(2));
    byte[] wide = Kdf.kdfe(HashAlg.SHA256, z, "L", Bytes.EMPTY, Bytes.EMPTY, 512).revealBytes();
    byte[] narrow = Kdf.kdfe(HashAlg.SHA256, z, "L", Bytes.EMPTY, Bytes.EMPTY, 128).revealBytes();
    assertThat(Bytes.copyOf(wide).slice(0, 16)).isEqualTo(Bytes.copyOf(narrow));
  }

  @Test
  void theLabelEndsInOneNul() {
    SecretBytes key = secret(Bytes.of(1));
    Bytes input = Bytes.concat(Bytes.u32(1), Bytes.utf8("L"), Bytes.of(0), Bytes.u32(256));
    assertThat(kdfa(key, 256)).isEqualTo(HashAlg.SHA256.hmac(key, input));
  }

  @Test
  void aLengthThatIsNotWholeOctetsIsRefused() {
    SecretBytes key = secret(Bytes.of(1));
    for (int bits : new int[] {0, -8, 7, 521}) {
      assertThatIllegalArgumentException().isThrownBy(() -> kdfa(key, bits));
    }
  }

  private static Bytes kdfa(SecretBytes key, int bits) {
    return Bytes.copyOf(
        Kdf.kdfa(HashAlg.SHA256, key, "L", Bytes.EMPTY, Bytes.EMPTY, bits).revealBytes());
  }

  private static SecretBytes secret(Bytes octets) {
    return SecretBytes.copyOf(octets.toArray());
  }
}
