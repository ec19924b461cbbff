// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.testing.PostgresTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

/** Secrets as the server makes them, by its own generator and under its own keys. */
@SpringBootTest
@PostgresTest
class SecretsTest {
  private static final int COUNT = 10_000;
  private static final int BITS = 8 * Secrets.SIZE;
  private static final Bytes EK_NAME = Bytes.zeros(34);

  @Autowired Secrets secrets;

  private final List<byte[]> made = new ArrayList<>();
  private final List<StoredSecret> stored = new ArrayList<>();

  @BeforeEach
  void makeMany() {
    for (int i = 0; i < COUNT; i++) {
      try (PreparedSecret secret = secrets.make(Optional.empty(), "root", 1, EK_NAME)) {
        made.add(secret.value().revealBytes());
        stored.add(secret.stored());
      }
    }
  }

  /** must-fail 37: each is whole and no two are equal. */
  @Test
  void noTwoSecretsAreEqual() {
    Set<Bytes> distinct = new HashSet<>();
    made.forEach(secret -> distinct.add(Bytes.copyOf(secret)));
    assertThat(distinct).hasSize(COUNT).allMatch(secret -> secret.size() == 32);
  }

  /**
   * must-fail 37: no byte, and no half of one, is fixed. Each place takes each of its 256 values
   * about 39 times in 10,000; that one is missing has a chance below 10^-12.
   */
  @Test
  void noByteOfASecretIsConstant() {
    for (int place = 0; place < Secrets.SIZE; place++) {
      Set<Byte> values = new HashSet<>();
      for (byte[] secret : made) {
        values.add(secret[place]);
      }
      assertThat(values).as("byte %d", place).hasSize(256);
    }
  }

  /** must-fail 37: each bit is set in half of them, within eight standard deviations of 50. */
  @Test
  void eachBitIsSetInHalfOfTheSecrets() {
    for (int bit = 0; bit < BITS; bit++) {
      int set = 0;
      for (byte[] secret : made) {
        set += (secret[bit / 8] >> (bit % 8)) & 1;
      }
      assertThat(set).as("bit %d", bit).isBetween(COUNT / 2 - 400, COUNT / 2 + 400);
    }
  }

  /** must-fail 47: at rest, too, each has a data key and an IV of its own. */
  @Test
  void noTwoSecretsAreStoredUnderOneKeyOrIv() {
    Set<Bytes> keys = new HashSet<>();
    Set<Bytes> ivs = new HashSet<>();
    for (StoredSecret secret : stored) {
      keys.add(secret.sealed().wrappedDataKey());
      ivs.add(secret.sealed().ciphertext().slice(0, 12));
    }
    assertThat(keys).hasSize(COUNT);
    assertThat(ivs).hasSize(COUNT);
  }
}
