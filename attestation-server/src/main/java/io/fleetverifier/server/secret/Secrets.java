// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.server.keys.KeyIntegrityException;
import io.fleetverifier.server.keys.KeyUnavailableException;
import io.fleetverifier.server.keys.SecretBox;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Makes secrets, and takes stored ones into memory. */
@Component
public final class Secrets {
  /** Size in bytes: full entropy, from the server's generator. */
  public static final int SIZE = 32;

  private final SecretBox box;
  private final SecureRandom random;

  Secrets(SecretBox box, SecureRandom random) {
    this.box = box;
    this.random = random;
  }

  /**
   * Takes a stored secret into memory. Empty when it does not open: it was changed, or belongs to
   * another volume, version or TPM.
   *
   * @throws KeyUnavailableException when the key service does not answer
   */
  public Optional<PreparedSecret> open(StoredSecret stored) {
    try {
      return Optional.of(
          new PreparedSecret(stored, false, box.open(stored.sealed(), bindingOf(stored))));
    } catch (KeyIntegrityException e) {
      return Optional.empty();
    }
  }

  /**
   * Makes the first version of a volume's secret, or the next one of a known secret.
   *
   * @param id of the known secret, or empty for a new one
   * @throws KeyUnavailableException when the key service does not answer
   */
  public PreparedSecret make(Optional<UUID> id, String volume, int version, Bytes sealingEkName) {
    UUID secret = id.orElseGet(UUID::randomUUID);
    SecretBytes value = SecretBytes.random(SIZE, random);
    SecretBox.Sealed sealed = box.seal(value, binding(secret, volume, version, sealingEkName));
    StoredSecret stored = new StoredSecret(secret, volume, version, sealed, sealingEkName, null);
    return new PreparedSecret(stored, true, value);
  }

  private static Bytes bindingOf(StoredSecret stored) {
    return binding(stored.id(), stored.volume(), stored.version(), stored.sealingEkName());
  }

  /** What a secret is bound to at rest: moved in the database to another row, it does not open. */
  private static Bytes binding(UUID secret, String volume, int version, Bytes sealingEkName) {
    Bytes name = Bytes.utf8(volume);
    return Bytes.concat(
        Formulas.label("fleet-verifier secret v1"),
        Formulas.uuid(secret),
        Bytes.u32(version),
        Bytes.u16(name.size()),
        name,
        sealingEkName);
  }
}
