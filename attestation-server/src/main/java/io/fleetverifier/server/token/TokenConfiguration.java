// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.token;

import io.fleetverifier.server.keys.TokenKeys;
import java.security.SecureRandom;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Seals tokens under the installation's own keys. */
@Configuration(proxyBeanMethods = false)
class TokenConfiguration {

  @Bean
  SealedTokens sealedTokens(TokenKeys keys, SecureRandom random) {
    return new SealedTokens(keys::current, keys::byId, random);
  }
}
