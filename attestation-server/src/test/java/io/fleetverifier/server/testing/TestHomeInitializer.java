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
    TestPropertyValues.of(
            "fv.home=" + TestDatabase.get().home().root(),
            // Tests call it themselves: a round in the background would write into others' counts.
            "fv.trust.reevaluation-interval=PT24H",
            // Many contexts live at once in a test JVM and share the database's 50 connections.
            "spring.datasource.hikari.maximum-pool-size=8",
            "spring.datasource.hikari.minimum-idle=0",
            "spring.datasource.hikari.idle-timeout=10000")
        .applyTo(context);
    context
        .getEnvironment()
        .getPropertySources()
        .addLast(new MapPropertySource("plain-http", Map.of("server.ssl.enabled", "false")));
  }
}
