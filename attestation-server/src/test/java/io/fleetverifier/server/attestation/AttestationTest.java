// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.server.testing.PostgresTest;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.context.annotation.Import;

/**
 * A test of the whole way of an attestation, on a real PostgreSQL: inject a {@link Fleet} and an
 * {@link AttestationService}. All such tests share one context.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
    properties = {
      "fv.attestation.burst-per-device=1000000",
      "fv.attestation.per-device-and-minute=1000000"
    })
@PostgresTest
@AutoConfigureMockMvc
@Import({Fleet.class, KeyServiceSwitch.class})
@interface AttestationTest {}
