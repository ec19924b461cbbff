// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.server.appraisal.Appraisal;
import io.fleetverifier.server.secret.PreparedSecret;
import java.util.List;

/**
 * What will be let go once the challenge is redeemed.
 *
 * @param appraisal with what taking the secrets into memory may have added
 * @param secrets in memory; empty unless the appraisal allows a release
 */
record ReleasePlan(Appraisal appraisal, List<PreparedSecret> secrets) implements AutoCloseable {
  @Override
  public void close() {
    secrets.forEach(PreparedSecret::close);
  }
}
