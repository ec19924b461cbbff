// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.home.Home;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApiTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ManagementApiTest
class BootstrapTokenTest {

  @Autowired BootstrapToken bootstrap;
  @Autowired ApiTokens tokens;
  @Autowired ManagementApi api;
  @Autowired Home home;
  @Autowired JdbcClient jdbc;

  @Test
  void theFirstStartLeavesAnAdminTokenThatOnlyItsOwnUserCanRead() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(tokens.recognise(written()))
        .hasValueSatisfying(caller -> assertThat(caller.role()).isEqualTo(Role.ADMIN));
    assertThat(api.withToken(written()).get("/api/v1/tokens").status()).isEqualTo(200);
  }

  @Test
  void anotherStartMakesNoSecondToken() throws IOException {
    String before = written();
    bootstrap.afterSingletonsInstantiated();
    assertThat(written()).isEqualTo(before);
  }

  @Test
  void replicasThatStartTogetherWithoutAnyUsableAdminMakeOneTokenBetweenThem() throws IOException {
    List<UUID> others = usableAdmins();
    setRevoked(others, "now()");
    try {
      long before = bootstrapTokens();

      CompletableFuture<?>[] starts = new CompletableFuture<?>[8];
      for (int i = 0; i < starts.length; i++) {
        starts[i] = CompletableFuture.runAsync(bootstrap::afterSingletonsInstantiated);
      }
      CompletableFuture.allOf(starts).join();

      assertThat(bootstrapTokens()).isEqualTo(before + 1);
      assertThat(tokens.recognise(written())).isPresent();
    } finally {
      setRevoked(others, "null");
    }
  }

  private List<UUID> usableAdmins() {
    return jdbc.sql("select id from api_token where role = 'admin' and revoked_at is null")
        .query((row, number) -> row.getObject("id", UUID.class))
        .list();
  }

  private void setRevoked(List<UUID> ids, String time) {
    jdbc.sql("update api_token set revoked_at = " + time + " where id in (:ids)")
        .param("ids", ids)
        .update();
  }

  private long bootstrapTokens() {
    return jdbc.sql("select count(*) from api_token where name = 'bootstrap'")
        .query(Long.class)
        .single();
  }

  private String written() throws IOException {
    return Files.readString(file()).strip();
  }

  private Path file() {
    return home.root().resolve("admin-token");
  }
}
