// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.api;

import io.fleetverifier.server.access.Caller;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springdoc.core.models.GroupedOpenApi;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The description of the API in OpenAPI: one document for each plane. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

  private static final String SCHEME = "apiToken";

  static {
    // The caller comes out of the token, not out of a parameter.
    SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class);
  }

  @Bean
  OpenAPI openApi() {
    return new OpenAPI()
        .info(new Info().title("Fleet Verifier").version("v1"))
        .components(
            new Components()
                .addSecuritySchemes(
                    SCHEME, new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer")));
  }

  @Bean
  GroupedOpenApi devicePlaneDocument() {
    return GroupedOpenApi.builder().group("device").pathsToMatch("/device/v1/**").build();
  }

  @Bean
  GroupedOpenApi managementPlaneDocument() {
    return GroupedOpenApi.builder()
        .group("management")
        .pathsToMatch("/api/v1/**")
        .addOpenApiCustomizer(
            document -> document.addSecurityItem(new SecurityRequirement().addList(SCHEME)))
        .build();
  }
}
