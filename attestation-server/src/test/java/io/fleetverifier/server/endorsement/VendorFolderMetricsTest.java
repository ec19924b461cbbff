// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.ekcert.TestCa;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Monitoring learns of a folder of vendors' CAs that cannot be read. */
@ManagementApiTest
class VendorFolderMetricsTest {
  private static final Path FOLDER = folder();

  @DynamicPropertySource
  static void roots(DynamicPropertyRegistry registry) {
    registry.add("fv.ek.roots", FOLDER::toString);
  }

  @Autowired ManagementApi plane;
  @Autowired VendorFolder vendors;

  @Test
  void aFileThatCannotBeReadRaisesTheFaultAndTakesNoCaAway() throws IOException {
    Files.writeString(
        FOLDER.resolve("root.pem"),
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(TestCa.root().der().toArray())
            + "\n-----END CERTIFICATE-----\n");
    vendors.refresh();
    assertThat(metric("fault")).isZero();
    assertThat(metric("certificates")).isEqualTo(1);

    Files.writeString(FOLDER.resolve("broken.pem"), "no certificate");
    vendors.refresh();

    assertThat(metric("fault")).isEqualTo(1);
    assertThat(metric("certificates")).isEqualTo(1);

    Files.delete(FOLDER.resolve("broken.pem"));
    vendors.refresh();
    assertThat(metric("fault")).isZero();
  }

  private double metric(String name) {
    Answer answer = plane.as(Role.VIEWER).get("/actuator/metrics/fleetverifier.ek.roots." + name);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.body().path("measurements").get(0).path("value").asDouble();
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("ek-roots");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
