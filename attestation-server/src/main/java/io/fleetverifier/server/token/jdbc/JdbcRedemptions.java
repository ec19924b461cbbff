// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.token.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.token.Redemptions;
import java.time.Instant;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Table {@code redemption}: its primary key decides who was first. */
@Component
class JdbcRedemptions implements Redemptions {
  private static final Logger log = LoggerFactory.getLogger(JdbcRedemptions.class);

  private final JdbcClient jdbc;

  JdbcRedemptions(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  @Transactional(propagation = Propagation.MANDATORY)
  public boolean redeem(Bytes nonce, Instant expiresAt) {
    return jdbc.sql(
                """
                INSERT INTO redemption (nonce, expires_at) VALUES (:nonce, :expiresAt)
                ON CONFLICT (nonce) DO NOTHING
                """)
            .param("nonce", nonce.toArray())
            .param("expiresAt", expiresAt.atOffset(ZoneOffset.UTC))
            .update()
        == 1;
  }

  @Override
  public int prune() {
    return jdbc.sql("DELETE FROM redemption WHERE expires_at < now() - interval '1 hour'").update();
  }

  /** A failed round costs nothing: the next one finds the same rows. */
  @Scheduled(fixedDelay = 300_000, initialDelay = 60_000)
  void pruneRegularly() {
    try {
      prune();
    } catch (DataAccessException | CannotCreateTransactionException e) {
      log.warn("Expired redemptions could not be pruned.", e);
    }
  }
}
