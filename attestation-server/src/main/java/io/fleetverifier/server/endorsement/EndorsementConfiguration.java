// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What monitoring is told of the vendors' CAs. */
@Configuration(proxyBeanMethods = false)
class EndorsementConfiguration {

  /** A folder that cannot be read is told and ends nothing: the last good set still counts. */
  @Bean
  HealthIndicator ekRootsHealthIndicator(VendorFolder folder) {
    return () ->
        folder
            .fault()
            .map(fault -> Health.unknown().withDetail("fault", fault))
            .orElseGet(Health::up)
            .withDetail("certificates", folder.roots().certificates().size())
            .build();
  }
}
