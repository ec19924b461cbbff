// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.testing.PostgresTest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest
@PostgresTest
class RedemptionsTest {
  private final Redemptions redemptions;
  private final JdbcClient jdbc;
  private final SecureRandom random;
  private final InstantSource clock;
  private final TransactionTemplate transaction;

  @Autowired
  RedemptionsTest(
      Redemptions redemptions,
      JdbcClient jdbc,
      SecureRandom random,
      InstantSource clock,
      PlatformTransactionManager transactions) {
    this.redemptions = redemptions;
    this.jdbc = jdbc;
    this.random = random;
    this.clock = clock;
    this.transaction = new TransactionTemplate(transactions);
  }

  @Test
  void aNonceIsRedeemedOnce() {
    Bytes nonce = nonce();

    assertThat(redeem(nonce)).isTrue();
    assertThat(redeem(nonce)).isFalse();
  }

  @Test
  void ofManyThatRedeemOneNonceExactlyOneWins() throws Exception {
    Bytes nonce = nonce();
    List<Callable<Boolean>> rivals =
        IntStream.range(0, 20).mapToObj(i -> (Callable<Boolean>) () -> redeem(nonce)).toList();

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> answers = threads.invokeAll(rivals);
      assertThat(answers).filteredOn(Future::resultNow).hasSize(1);
    }
  }

  @Test
  void whatIsRolledBackWasNotRedeemed() {
    Bytes nonce = nonce();
    transaction.executeWithoutResult(status -> {
      redemptions.redeem(nonce, clock.instant());
      status.setRollbackOnly();
    });

    assertThat(redeem(nonce)).isTrue();
  }

  @Test
  void nothingIsRedeemedOutsideOfATransaction() {
    assertThatThrownBy(() -> redemptions.redeem(nonce(), clock.instant()))
        .isInstanceOf(IllegalTransactionStateException.class);
  }

  @Test
  void aNonceIsKeptForAnHourAfterItsTokenExpiredAndThenForgotten() {
    Bytes kept = nonce();
    Bytes forgotten = nonce();
    Instant now = clock.instant();
    redeem(kept, now.minus(Duration.ofMinutes(59)));
    redeem(forgotten, now.minus(Duration.ofMinutes(61)));

    redemptions.prune();

    assertThat(isStored(kept)).isTrue();
    assertThat(isStored(forgotten)).isFalse();
  }

  private boolean isStored(Bytes nonce) {
    return jdbc.sql("SELECT EXISTS (SELECT FROM redemption WHERE nonce = :nonce)")
        .param("nonce", nonce.toArray())
        .query(Boolean.class)
        .single();
  }

  private boolean redeem(Bytes nonce) {
    return redeem(nonce, clock.instant().plusSeconds(300));
  }

  private boolean redeem(Bytes nonce, Instant expiresAt) {
    return Boolean.TRUE.equals(transaction.execute(status -> redemptions.redeem(nonce, expiresAt)));
  }

  private Bytes nonce() {
    byte[] nonce = new byte[32];
    random.nextBytes(nonce);
    return Bytes.copyOf(nonce);
  }
}
