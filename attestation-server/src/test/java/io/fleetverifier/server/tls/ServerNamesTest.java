// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.server.home.StartRefusedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerNamesTest {

  @Test
  void theOperatorsNamesComeFirstAndTheLoopbackNamesAlwaysStandThere() {
    assertThat(ServerNames.of(List.of("Fleet.Example.org", "2001:db8::1")).names())
        .startsWith("fleet.example.org", "2001:db8::1")
        .contains("localhost", "127.0.0.1", "::1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b", "https://host", "host:8443", "-a.example", "a..b", "300.1.1.1x y"})
  void aNameThatCanStandInNoCertificateIsRefused(String name) {
    assertThatThrownBy(() -> ServerNames.of(List.of(name)))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("fv.tls.names");
  }
}
