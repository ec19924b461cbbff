// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.keys.SecretBox;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One version of a secret as it is stored.
 *
 * @param id of the secret
 * @param version counts from 1
 * @param sealed under a data key of its own
 * @param sealingEkName Name of the EK that it is for; bound into the encryption
 * @param pin of the volume; absent while the version is pending
 */
public record StoredSecret(
    UUID id,
    String volume,
    int version,
    SecretBox.Sealed sealed,
    Bytes sealingEkName,
    @Nullable Bytes pin) {

  /** Whether the device has yet to show the volume it made with it. */
  public boolean isPending() {
    return pin == null;
  }
}
