// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import java.security.SecureRandom;
import java.time.Duration;
import org.apache.catalina.core.StandardHost;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.type.LogicalType;

/** Puts the filters and valves in their places and makes the JSON reader exact. */
@Configuration(proxyBeanMethods = false)
class ProblemConfiguration {

  @Bean
  FilterRegistrationBean<ProblemFilter> problemFilter(ProblemWriter problems, SecureRandom random) {
    FilterRegistrationBean<ProblemFilter> filter =
        new FilterRegistrationBean<>(new ProblemFilter(problems, random));
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return filter;
  }

  /**
   * The property {@code fv.http.body-timeout} bounds how long a body may take to arrive; files of
   * images get more the more of them has come.
   */
  @Bean
  FilterRegistrationBean<BodyLimitFilter> bodyLimitFilter(
      ProblemWriter problems, @Value("${fv.http.body-timeout:30s}") Duration longestRead) {
    FilterRegistrationBean<BodyLimitFilter> filter =
        new FilterRegistrationBean<>(new BodyLimitFilter(problems, longestRead));
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
    return filter;
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemValves() {
    return factory -> {
      factory.addEngineValves(new SlowBodyValve());
      // Who asks for leave to send gets it once the body is read, so not before the role is known.
      factory.addConnectorCustomizers(
          connector -> connector.setProperty("continueResponseTiming", "onRead"),
          // No route takes a form: whatever a body is called, none is read for parameters.
          connector -> connector.setParseBodyMethods(""));
      factory.addContextCustomizers(context ->
          ((StandardHost) context.getParent())
              .setErrorReportValveClass(ProblemErrorReportValve.class.getName()));
    };
  }

  /** A member that is unknown, given twice or of another type is an error, never a guess. */
  @Bean
  JsonMapperBuilderCustomizer exactJson() {
    return builder ->
        builder
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(
                DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, ProblemConfiguration::textOnly);
  }

  private static void textOnly(MutableCoercionConfig coercion) {
    coercion
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
  }
}
