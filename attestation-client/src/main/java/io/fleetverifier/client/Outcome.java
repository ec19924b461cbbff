// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.protocol.DeviceVerdict;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an attestation came to. Closing wipes the secrets.
 *
 * @param reasons stable codes
 * @param nextAttestationAfter when the server wants to hear of this device again
 * @param rebootAfter beside reason {@code REBOOT_REQUIRED}: only the next boot can bring a secret
 * @param secrets by volume, 32 octets each; none where none was asked for or granted
 */
public record Outcome(
    DeviceVerdict verdict,
    List<String> reasons,
    Duration nextAttestationAfter,
    Optional<Duration> rebootAfter,
    Map<String, SecretBytes> secrets)
    implements AutoCloseable {

  public Outcome {
    reasons = List.copyOf(reasons);
    secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
  }

  public boolean isTrusted() {
    return verdict == DeviceVerdict.TRUSTED;
  }

  @Override
  public void close() {
    secrets.values().forEach(SecretBytes::close);
  }
}
