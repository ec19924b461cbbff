// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.testing;

import io.fleetverifier.server.ServerApplication;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A second server over the JVM's {@link TestDatabase}: with memory, keys and connections of its
 * own, and nothing shared with the first but the database and the key file.
 */
public final class Replica implements AutoCloseable {
  private final ConfigurableApplicationContext context;

  private Replica(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** Starts one on a free port. */
  public static Replica start(Map<String, Object> properties) {
    return new Replica(
        new SpringApplicationBuilder(ServerApplication.class, TestDatabaseConfiguration.class)
            .initializers(new TestHomeInitializer())
            .web(WebApplicationType.SERVLET)
            .properties(properties)
            .properties("server.port=0", "server.address=127.0.0.1")
            .run());
  }

  public <T> T get(Class<T> bean) {
    return context.getBean(bean);
  }

  @Override
  public void close() {
    context.close();
  }
}
