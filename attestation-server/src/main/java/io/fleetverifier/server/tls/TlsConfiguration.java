// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.tls;

import io.fleetverifier.server.home.Home;
import io.fleetverifier.server.keys.AnswerKeys;
import io.fleetverifier.server.keys.ServerKeys;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** TLS by default; an operator's own {@code server.ssl.bundle} takes its place. */
@Configuration(proxyBeanMethods = false)
class TlsConfiguration {

  /** The property {@code fv.tls.names}: names and addresses by which devices reach the server. */
  @Bean
  ServerNames serverNames(@Value("${fv.tls.names:}") List<String> configured) {
    return ServerNames.of(configured);
  }

  @Bean
  @ConditionalOnProperty(name = "server.ssl.bundle", havingValue = OwnCertificates.BUNDLE)
  @ConditionalOnBooleanProperty(name = "server.ssl.enabled", matchIfMissing = true)
  OwnCertificates ownCertificates(
      ServerKeys keys, ServerNames names, Home home, InstantSource clock, SecureRandom random) {
    return new OwnCertificates(keys, names, home, clock, random);
  }

  @Bean
  DeviceFacts deviceFacts(
      AnswerKeys answerKeys,
      ObjectProvider<OwnCertificates> certificates,
      ServerNames names,
      Home home) {
    return new DeviceFacts(answerKeys, certificates, names, home);
  }
}
