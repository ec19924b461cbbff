// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.testing;

import io.fleetverifier.server.access.ApiTokens;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.MockMvc;
import tools.jackson.databind.json.JsonMapper;

/**
 * A test of the management plane: the whole server without a port, and a {@link ManagementApi} to
 * inject. All such tests share one context.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest
@PostgresTest
@AutoConfigureMockMvc
@Import(ManagementApiTest.Configuration.class)
public @interface ManagementApiTest {

  /** Provides the {@link ManagementApi}. */
  @TestConfiguration(proxyBeanMethods = false)
  class Configuration {

    @Bean
    ManagementApi managementApi(MockMvc mvc, ApiTokens tokens, JsonMapper json) {
      return new ManagementApi(mvc, tokens, json);
    }
  }
}
