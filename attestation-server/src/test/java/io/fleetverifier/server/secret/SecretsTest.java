// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.server.testing.PostgresTest;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.SealedObject;
import io.fleetverifier.tpm.testing.SoftTpm;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

/** That secrets and what wraps them are whole and fresh each time. */
@SpringBootTest
@PostgresTest
class SecretsTest {
  private static final int MANY = 10_000;
  private static final Bytes EK = Bytes.concat(Bytes.u16(11), Bytes.zeros(32));

  @Autowired Secrets secrets;
  @Autowired SecureRandom random;

  /** must-fail 37: no constant byte, no two alike, no bit that leans to one side. */
  @Test
  void tenThousandSecretsHaveFullEntropy() {
    Set<Bytes> seen = new HashSet<>();
    int[] ones = new int[256];
    for (int i = 0; i < MANY; i++) {
      byte[] secret = value();
      assertThat(secret).hasSize(Secrets.SIZE);
      assertThat(seen.add(Bytes.copyOf(secret))).as("secret %d is new", i).isTrue();
      for (int bit = 0; bit < ones.length; bit++) {
        ones[bit] += secret[bit / 8] >> bit % 8 & 1;
      }
    }
    for (int bit = 0; bit < ones.length; bit++) {
      // Seven standard deviations of 10,000 fair coins: 350.
      assertThat(ones[bit]).as("ones in bit %d", bit).isBetween(MANY / 2 - 350, MANY / 2 + 350);
    }
  }

  /** must-fail 47: nothing in the wrapping is constant. */
  @Test
  void twoSealsOfOneShareHaveNothingInCommon() {
    SoftTpm tpm = SoftTpm.seeded("two seals");
    Bytes policy = Bytes.zeros(32);
    for (EkTemplate template : new EkTemplate[] {EkTemplate.L1, EkTemplate.L2, EkTemplate.H3}) {
      try (SecretBytes share = SecretBytes.copyOf(new byte[32])) {
        SealedObject one = SealedObject.make(tpm.ek(template), share, policy, random);
        SealedObject other = SealedObject.make(tpm.ek(template), share, policy, random);
        assertThat(one.inSymSeed()).isNotEqualTo(other.inSymSeed());
        assertThat(one.duplicate().slice(2)).isNotEqualTo(other.duplicate().slice(2));
        assertThat(one.name()).isNotEqualTo(other.name());
        assertThat(commonBlocks(one.duplicate(), other.duplicate())).isZero();
      }
    }
  }

  @Test
  void twoSecretsAtRestShareNoKeyAndNoCiphertext() {
    try (PreparedSecret one = secrets.make(Optional.empty(), "root", 1, EK);
        PreparedSecret other = secrets.make(Optional.empty(), "root", 1, EK)) {
      assertThat(one.stored().id()).isNotEqualTo(other.stored().id());
      assertThat(one.stored().sealed().ciphertext())
          .isNotEqualTo(other.stored().sealed().ciphertext());
      assertThat(one.stored().sealed().wrappedDataKey())
          .isNotEqualTo(other.stored().sealed().wrappedDataKey());
    }
  }

  private byte[] value() {
    try (PreparedSecret made = secrets.make(Optional.empty(), "root", 1, EK)) {
      return made.value().revealBytes();
    }
  }

  /** How many blocks of 16 octets stand at the same place in both. */
  private static int commonBlocks(Bytes one, Bytes other) {
    int common = 0;
    for (int at = 2; at + 16 <= Math.min(one.size(), other.size()); at += 16) {
      common += one.slice(at, at + 16).equals(other.slice(at, at + 16)) ? 1 : 0;
    }
    return common;
  }
}
