// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.SecretBytes;
import java.util.Arrays;
import java.util.Base64;

/** What a volume gets: the base64url text of the secret (section 7). */
public final class Passphrase {

  private Passphrase() {}

  /**
   * The passphrase of a secret of 32 octets: 43 ASCII characters without padding or line feed. The
   * secret stays as it is.
   */
  public static SecretBytes of(SecretBytes secret) {
    byte[] octets = secret.revealBytes();
    try {
      return SecretBytes.takeFrom(Base64.getUrlEncoder().withoutPadding().encode(octets));
    } finally {
      Arrays.fill(octets, (byte) 0);
    }
  }
}
