// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What monitoring is told of the vendors' CAs. */
@Configuration(proxyBeanMethods = false)
class EndorsementConfiguration {

  /**
   * A folder that cannot be read ends nothing, since the last good set still counts: so it is a
   * number to watch and does not touch the server's health.
   */
  @Bean
  MeterBinder ekRootsMeters(VendorFolder folder) {
    return meters -> {
      Gauge.builder(
              "fleetverifier.ek.roots.fault", folder, roots -> roots.fault().isPresent() ? 1 : 0)
          .description("1 while the folder of the TPM vendors' CAs cannot be read as it is, else 0")
          .register(meters);
      Gauge.builder(
              "fleetverifier.ek.roots.certificates",
              folder,
              roots -> roots.roots().certificates().size())
          .description("CAs of TPM vendors that count")
          .register(meters);
    };
  }
}
