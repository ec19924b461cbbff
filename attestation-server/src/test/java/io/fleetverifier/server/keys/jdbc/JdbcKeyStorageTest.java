// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.server.ServerApplication;
import io.fleetverifier.server.database.DatabaseRole;
import io.fleetverifier.server.database.RoleConnectionDetails;
import io.fleetverifier.server.home.StartRefusedException;
import io.fleetverifier.server.keys.KeyEncryptor;
import io.fleetverifier.server.keys.KeyPurpose;
import io.fleetverifier.server.keys.KeyRotation;
import io.fleetverifier.server.keys.KeyStorage;
import io.fleetverifier.server.keys.WrappedKey;
import io.fleetverifier.server.testing.PostgresTest;
import io.fleetverifier.server.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@SpringBootTest
@PostgresTest
@ExtendWith(OutputCaptureExtension.class)
class JdbcKeyStorageTest {

  @Autowired KeyStorage storage;
  @Autowired KeyRotation keys;
  @Autowired KeyEncryptor kek;

  @Test
  void theDatabaseNamesTheKeyInUse() {
    assertThat(storage.kekId()).contains(kek.keyId());
    assertThat(storage.keys()).extracting(stored -> stored.key().kekId()).containsOnly(kek.keyId());
  }

  @Test
  void anAddedKeyIsReadBackAsItWasWritten() {
    List<WrappedKey> before = storage.keys();
    keys.rotate("test", KeyPurpose.ANSWER);
    List<WrappedKey> after = storage.keys();
    assertThat(after).hasSize(before.size() + 1).containsAll(before);
    assertThat(after.getLast().key().publicPoint().orElseThrow().sha256())
        .isEqualTo(after.getLast().key().keyId());
  }

  @Test
  void onlyOneReplicaAtATimeMakesKeys() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    Callable<Integer> replica =
        () ->
            storage.exclusively(() -> {
              int together = inside.incrementAndGet();
              storage.keys();
              inside.decrementAndGet();
              return together;
            });
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (var outcome : threads.invokeAll(java.util.Collections.nCopies(40, replica))) {
        assertThat(outcome.get()).isEqualTo(1);
      }
    }
  }

  @Test
  void aServerWithoutTheKeyFileThatTheDatabaseNamesSaysSoInOneLineAndDoesNotStart(
      CapturedOutput output, @TempDir Path otherHome) {
    RoleConnectionDetails app = TestDatabase.get().connectionDetails(DatabaseRole.APP);
    RoleConnectionDetails migrator = TestDatabase.get().connectionDetails(DatabaseRole.MIGRATOR);
    SpringApplicationBuilder server =
        new SpringApplicationBuilder(ServerApplication.class)
            .properties(
                "fv.home=" + otherHome,
                "server.port=0",
                "spring.datasource.url=" + app.getJdbcUrl(),
                "spring.datasource.username=" + app.getUsername(),
                "spring.datasource.password=" + app.getPassword(),
                "spring.flyway.user=" + migrator.getUsername(),
                "spring.flyway.password=" + migrator.getPassword());
    assertThatThrownBy(server::run).hasRootCauseInstanceOf(StartRefusedException.class);
    assertThat(output)
        .contains("Description:")
        .contains("kek is missing, but the database holds data under key " + kek.keyId())
        .doesNotContain("\tat io.fleetverifier");
  }
}
