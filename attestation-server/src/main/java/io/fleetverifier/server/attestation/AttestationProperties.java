// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Bounds of attestation, {@code fv.attestation.*}.
 *
 * @param burstPerDevice authentic evidence that one device may bring at once
 * @param perDeviceAndMinute and in the long run
 */
@ConfigurationProperties("fv.attestation")
record AttestationProperties(
    @DefaultValue("20") int burstPerDevice, @DefaultValue("20") int perDeviceAndMinute) {
  AttestationProperties {
    if (burstPerDevice < 1 || perDeviceAndMinute < 1) {
      throw new IllegalArgumentException("fv.attestation bounds are at least 1");
    }
  }
}
