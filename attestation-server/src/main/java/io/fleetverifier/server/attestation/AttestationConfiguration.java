// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** Settings of attestation. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AttestationProperties.class)
class AttestationConfiguration {}
