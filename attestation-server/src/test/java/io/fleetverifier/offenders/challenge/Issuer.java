// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.offenders.challenge;

import io.fleetverifier.offenders.appraisal.Judge;
import io.fleetverifier.server.appraisal.Redemption;
import jakarta.persistence.Entity;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.bind.annotation.RestController;

/**
 * Planted: takes time and chance where it finds them, keeps shared state, is web and row at once,
 * says what it did not do.
 */
@Entity
@RestController
public class Issuer {
  static String last = "";
  @Autowired Judge judge;

  String issue() {
    last = Instant.now().toString() + Clock.systemUTC() + new SecureRandom();
    last += new Redemption(new UUID(0, 0)).attestation();
    return last;
  }
}
