// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.testing;

import java.util.Map;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * Points {@code fv.home} to the folder that belongs to the test database, and lets test servers
 * speak plain HTTP unless the test sets {@code server.ssl.enabled} itself.
 */
final class TestHomeInitializer
    implements ApplicationContextInitializer<ConfigurableApplicationContext> {

  @Override
  public void initialize(ConfigurableApplicationContext context) {
    TestPropertyValues.of("fv.home=" + TestDatabase.get().home().root()).applyTo(context);
    context
        .getEnvironment()
        .getPropertySources()
        .addLast(new MapPropertySource("plain-http", Map.of("server.ssl.enabled", "false")));
  }
}
