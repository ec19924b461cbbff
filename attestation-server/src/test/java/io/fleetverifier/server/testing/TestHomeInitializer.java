// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.testing;

import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/** Points {@code fv.home} to the folder that belongs to the test database. */
final class TestHomeInitializer
    implements ApplicationContextInitializer<ConfigurableApplicationContext> {

  @Override
  public void initialize(ConfigurableApplicationContext context) {
    TestPropertyValues.of("fv.home=" + TestDatabase.get().home().root()).applyTo(context);
  }
}
