// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access;

import io.fleetverifier.server.home.Home;
import io.fleetverifier.server.home.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The first administrator. Where no usable admin token exists, a start of the server makes one and
 * writes it to the file {@code admin-token} in its home, readable by its own user only. Replicas
 * that start together make one between them: whoever comes second waits and finds it there.
 */
@Component
final class BootstrapToken implements SmartInitializingSingleton {

  /** Key of the PostgreSQL advisory lock that one starting replica holds. */
  private static final long BOOTSTRAP_LOCK = 5;

  private static final Duration LIFETIME = Duration.ofDays(365);
  private static final Logger log = LoggerFactory.getLogger(BootstrapToken.class);

  private final ApiTokens tokens;
  private final Home home;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  BootstrapToken(
      ApiTokens tokens, Home home, JdbcClient jdbc, PlatformTransactionManager transactions) {
    this.tokens = tokens;
    this.home = home;
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
  }

  /** Before the server's port opens. */
  @Override
  public void afterSingletonsInstantiated() {
    transaction.executeWithoutResult(status -> ensure());
  }

  private void ensure() {
    jdbc.sql("select 1 from pg_advisory_xact_lock(:lock)")
        .param("lock", BOOTSTRAP_LOCK)
        .query(Integer.class)
        .single();
    if (!tokens.hasUsable(Role.ADMIN)) {
      write(tokens.issue("server", "bootstrap", Role.ADMIN, LIFETIME).token());
    }
  }

  /** Before the commit: a token that nobody can read must not count as usable. */
  private void write(String token) {
    Path file = home.root().resolve("admin-token");
    try {
      PrivateFiles.createFolder(home.root(), "rwxr-xr-x");
      PrivateFiles.write(file, (token + "\n").getBytes(StandardCharsets.US_ASCII), "rw-------");
    } catch (IOException e) {
      throw new UncheckedIOException("the first admin token could not be written to " + file, e);
    }
    log.info("The first admin token is in {}.", file);
  }
}
