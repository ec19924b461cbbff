// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.server.home.Home;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Opens the key-encryption key before anything else that has keys. */
@Configuration(proxyBeanMethods = false)
class KeysConfiguration {

  /** The property {@code fv.kek.file}; default {@code keys/kek} in the home folder. */
  @Bean
  KeyEncryptor keyEncryptor(
      Environment environment, Home home, KeyStorage storage, SecureRandom random) {
    Path file =
        Optional.ofNullable(environment.getProperty("fv.kek.file"))
            .map(Path::of)
            .orElseGet(() -> home.keys().resolve("kek"));
    return storage.exclusively(() -> {
      Optional<String> named = storage.kekId();
      LocalKeyFile kek = LocalKeyFile.open(file, named, home.postgres(), random);
      if (named.isEmpty()) {
        storage.nameKek(kek.keyId());
      }
      return kek;
    });
  }

  /** A server whose key service does not answer is not ready. */
  @Bean
  HealthIndicator keysHealthIndicator(KeyEncryptor kek) {
    return () -> {
      try {
        return Health.up().withDetail("kek", kek.keyId()).build();
      } catch (KeyUnavailableException e) {
        return Health.down(e).build();
      }
    };
  }
}
