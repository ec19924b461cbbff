// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.server.keys.ServerKeys.Retirement;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerKeysTest {

  private final SecureRandom random = new SecureRandom();
  @TempDir Path folder;
  private Instant now = Instant.parse("2026-11-24T12:00:00Z");
  private final InstantSource clock = () -> now;
  private final MemoryKeyStorage storage = new MemoryKeyStorage(clock);
  private KeyEncryptor kek;
  private ServerKeys keys;

  @BeforeEach
  void firstStart() {
    kek =
        LocalKeyFile.open(
            folder.resolve("kek"), Optional.empty(), folder.resolve("postgres"), random);
    keys = replica();
  }

  private ServerKeys replica() {
    return new ServerKeys(kek, storage, random);
  }

  @Test
  void theFirstStartMakesOneTokenKeyAndOneAnswerKeyAndTheNextOnesFindThem() {
    ServerKeys second = replica();
    assertThat(storage.stored).hasSize(2);
    assertThat(new AnswerKeys(second).all().getFirst().publicPoint())
        .isEqualTo(new AnswerKeys(keys).all().getFirst().publicPoint());
    TokenKey first = new TokenKeys(keys, clock).current();
    TokenKey again = new TokenKeys(second, clock).current();
    assertThat(again.keyId()).isEqualTo(first.keyId());
    assertThat(again.key().constantTimeEquals(first.key())).isTrue();
  }

  @Test
  void anAnswerKeyIsNamedByItsPointAndSignsForIt() throws Exception {
    AnswerKey key = new AnswerKeys(keys).all().getFirst();
    assertThat(key.publicPoint().size()).isEqualTo(65);
    assertThat(key.keyId()).isEqualTo(key.publicPoint().sha256());
    byte[] message = {1, 2, 3};
    byte[] signature = key.sign(message);
    assertThat(signature).hasSize(64);
    Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
    verifier.initVerify(publicKey(key.publicPoint()));
    verifier.update(message);
    assertThat(verifier.verify(signature)).isTrue();
  }

  @Test
  void rotationKeepsTheOlderAnswerKeyForDevicesThatStillNeedIt() {
    Bytes older = new AnswerKeys(keys).all().getFirst().keyId();
    now = now.plusSeconds(1);
    keys.rotate(KeyPurpose.ANSWER, made -> {});
    AnswerKeys answers = new AnswerKeys(keys);
    Bytes newer = answers.all().getFirst().keyId();
    assertThat(newer).isNotEqualTo(older);
    assertThat(answers.newestAccepted(List.of(older))).map(AnswerKey::keyId).contains(older);
    assertThat(answers.newestAccepted(List.of(older, newer))).map(AnswerKey::keyId).contains(newer);
    assertThat(answers.newestAccepted(List.of(Bytes.zeros(32)))).isEmpty();
    assertThat(answers.newestAccepted(List.of())).isEmpty();
  }

  @Test
  void aNewTokenKeyIsUsedOnlyWhenEveryReplicaHasHadTimeToReadIt() {
    TokenKeys tokens = new TokenKeys(keys, clock);
    Bytes older = tokens.current().keyId();
    now = now.plus(Duration.ofHours(1));
    keys.rotate(KeyPurpose.TOKEN, made -> {});
    assertThat(tokens.current().keyId()).isEqualTo(older);
    now = now.plus(Duration.ofMinutes(2));
    Bytes newer = tokens.current().keyId();
    assertThat(newer).isNotEqualTo(older);
    assertThat(tokens.byId(older)).isPresent();
    assertThat(tokens.byId(newer)).isPresent();
    assertThat(tokens.byId(Bytes.zeros(8))).isEmpty();
  }

  @Test
  void aReplacedTokenKeyEndsWhenItsLastTokenHasExpired() {
    TokenKeys tokens = new TokenKeys(keys, clock);
    Bytes older = tokens.current().keyId();
    now = now.plus(Duration.ofDays(1));
    keys.rotate(KeyPurpose.TOKEN, made -> {});
    now = now.plus(Duration.ofMinutes(2 + 5 + 2));
    assertThat(tokens.byId(older)).as("a token sealed two minutes ago, and two clocks").isPresent();
    now = now.plus(Duration.ofMinutes(5));
    assertThat(tokens.byId(older)).isEmpty();
    assertThat(tokens.byId(tokens.current().keyId())).isPresent();
    now = now.plus(Duration.ofDays(1000));
    assertThat(tokens.byId(tokens.current().keyId())).as("the newest never ends").isPresent();
  }

  @Test
  void aRetiredAnswerKeyIsOutOfUseOnEveryReplica() {
    ServerKeys other = replica();
    Bytes older = new AnswerKeys(keys).all().getFirst().keyId();
    now = now.plusSeconds(1);
    Bytes newer = keys.rotate(KeyPurpose.ANSWER, made -> {});
    assertThat(keys.retire(KeyPurpose.ANSWER, older, () -> {})).isEqualTo(Retirement.RETIRED);
    other.refresh();
    for (ServerKeys replica : List.of(keys, other)) {
      assertThat(new AnswerKeys(replica).all()).extracting(AnswerKey::keyId).containsExactly(newer);
      assertThat(new AnswerKeys(replica).newestAccepted(List.of(older))).isEmpty();
    }
  }

  @Test
  void theNewestKeyAndAnUnknownOneAreNotRetired() {
    Runnable never = () -> Assertions.fail("nothing was done");
    Bytes only = new AnswerKeys(keys).all().getFirst().keyId();
    assertThat(keys.retire(KeyPurpose.ANSWER, only, never)).isEqualTo(Retirement.NEWEST);
    assertThat(keys.retire(KeyPurpose.TOKEN, only, never)).isEqualTo(Retirement.UNKNOWN);
    assertThat(keys.retire(KeyPurpose.ANSWER, Bytes.zeros(32), never))
        .isEqualTo(Retirement.UNKNOWN);
    assertThat(new AnswerKeys(keys).all()).hasSize(1);
  }

  @Test
  void aCaKeyIsNotRotatedWithoutItsCertificate() {
    assertThatThrownBy(() -> keys.rotate(KeyPurpose.CA, made -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReplicaLearnsAKeyThatAnotherMade() {
    ServerKeys other = replica();
    now = now.plusSeconds(1);
    keys.rotate(KeyPurpose.ANSWER, made -> {});
    other.refresh();
    assertThat(new AnswerKeys(other).all()).hasSize(2);
  }

  @Test
  void aKeyMovedToAnotherPurposeDoesNotOpen() {
    tamper(KeyPurpose.ANSWER, key -> withPurpose(key, KeyPurpose.CA));
    assertThatThrownBy(this::replica).isInstanceOf(KeyIntegrityException.class);
  }

  @Test
  void aKeyUnderAnotherIdDoesNotOpen() {
    tamper(
        KeyPurpose.TOKEN,
        key ->
            new NewKey(
                key.purpose(),
                Bytes.zeros(8),
                key.wrapped(),
                key.publicPoint(),
                key.certificate(),
                key.kekId()));
    assertThatThrownBy(this::replica).isInstanceOf(KeyIntegrityException.class);
  }

  @Test
  void anotherPublicPointBesideAKeyIsRefused() {
    Bytes foreign =
        P256.point((java.security.interfaces.ECPublicKey) P256.generate(random).getPublic());
    tamper(
        KeyPurpose.ANSWER,
        key ->
            new NewKey(
                key.purpose(),
                key.keyId(),
                key.wrapped(),
                Optional.of(foreign),
                key.certificate(),
                key.kekId()));
    assertThatThrownBy(this::replica).isInstanceOf(KeyIntegrityException.class);
  }

  @Test
  void aSealedSecretOpensForItsOwnContextOnly() {
    SecretBox box = new SecretBox(kek, random);
    Bytes context = Bytes.utf8("device 1");
    try (SecretBytes secret = SecretBytes.random(32, random)) {
      SecretBox.Sealed sealed = box.seal(secret, context);
      try (SecretBytes opened = box.open(sealed, context)) {
        assertThat(opened.constantTimeEquals(secret)).isTrue();
      }
      assertThatThrownBy(() -> box.open(sealed, Bytes.utf8("device 2")))
          .isInstanceOf(KeyIntegrityException.class);
      SecretBox.Sealed other = box.seal(secret, context);
      assertThat(other.ciphertext()).isNotEqualTo(sealed.ciphertext());
      SecretBox.Sealed mixed =
          new SecretBox.Sealed(sealed.ciphertext(), other.wrappedDataKey(), sealed.kekId());
      assertThatThrownBy(() -> box.open(mixed, context)).isInstanceOf(KeyIntegrityException.class);
      SecretBox.Sealed foreign =
          new SecretBox.Sealed(sealed.ciphertext(), sealed.wrappedDataKey(), "local:other");
      assertThatThrownBy(() -> box.open(foreign, context))
          .isInstanceOf(KeyIntegrityException.class)
          .hasMessageContaining("another key-encryption key");
    }
  }

  private void tamper(KeyPurpose purpose, java.util.function.UnaryOperator<NewKey> change) {
    storage.stored.replaceAll(stored ->
        stored.key().purpose() == purpose
            ? new WrappedKey(change.apply(stored.key()), stored.createdAt())
            : stored);
  }

  private static NewKey withPurpose(NewKey key, KeyPurpose purpose) {
    return new NewKey(
        purpose, key.keyId(), key.wrapped(), key.publicPoint(), key.certificate(), key.kekId());
  }

  private static PublicKey publicKey(Bytes point) throws Exception {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    ECPoint w =
        new ECPoint(
            new BigInteger(1, point.slice(1, 33).toArray()),
            new BigInteger(1, point.slice(33).toArray()));
    return KeyFactory.getInstance("EC")
        .generatePublic(new ECPublicKeySpec(w, parameters.getParameterSpec(ECParameterSpec.class)));
  }
}
