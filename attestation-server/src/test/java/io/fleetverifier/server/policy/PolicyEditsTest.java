// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.server.testing.PostgresTest;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest
@PostgresTest
class PolicyEditsTest {

  @Autowired PolicyEdits edits;
  @Autowired JdbcClient jdbc;
  @Autowired PlatformTransactionManager transactions;

  private final String subject = "test/" + UUID.randomUUID();

  @Test
  void anEditRaisesTheRevisionAndLeavesItsRecord() {
    long before = revision();

    String result = edits.edit("somebody", "thing.edit", subject, Map.of("n", 1), () -> "done");

    assertThat(result).isEqualTo("done");
    assertThat(revision()).isGreaterThan(before);
    assertThat(records()).isEqualTo(1);
  }

  @Test
  void anEditThatFailsChangesNothing() {
    assertThatThrownBy(() ->
            edits.edit(
                "somebody",
                "thing.edit",
                subject,
                Map.of(),
                () -> {
                  throw new IllegalArgumentException("no");
                }))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(records()).isZero();
  }

  @Test
  void anEditInsideOfAnotherTransactionIsRefused() {
    TransactionTemplate outer = new TransactionTemplate(transactions);

    assertThatThrownBy(() ->
            outer.executeWithoutResult(
                status -> edits.edit("somebody", "thing.edit", subject, Map.of(), () -> "done")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anEditWaitsForAnAttestationThatHoldsTheLockShared() throws Exception {
    TransactionTemplate attestation = new TransactionTemplate(transactions);

    CompletableFuture<String> edit =
        attestation.execute(status -> {
          jdbc.sql("select 1 from pg_advisory_xact_lock_shared(:lock)")
              .param("lock", PolicyEdits.POLICY_LOCK)
              .query(Integer.class)
              .single();
          CompletableFuture<String> started =
              CompletableFuture.supplyAsync(
                  () -> edits.edit("somebody", "thing.edit", subject, Map.of(), () -> "done"));
          assertThatThrownBy(() -> started.get(300, TimeUnit.MILLISECONDS))
              .isInstanceOf(TimeoutException.class);
          return started;
        });

    assertThat(edit.get(10, TimeUnit.SECONDS)).isEqualTo("done");
  }

  private long revision() {
    return jdbc.sql("select revision from policy_revision").query(Long.class).single();
  }

  private long records() {
    return jdbc.sql("select count(*) from audit_event where subject = ?")
        .param(subject)
        .query(Long.class)
        .single();
  }
}
