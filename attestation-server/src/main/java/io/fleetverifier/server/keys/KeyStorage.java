// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Where the installation's wrapped keys and the name of its key-encryption key are kept. */
public interface KeyStorage {

  /** Runs in one transaction while no other replica is inside this method. */
  <T> T exclusively(Supplier<T> action);

  /** The id of the key-encryption key that data was encrypted under, if any was. */
  Optional<String> kekId();

  /** Remembers the key-encryption key's id; only inside {@link #exclusively}. */
  void nameKek(String kekId);

  /** All keys that were not retired, oldest first. */
  List<WrappedKey> keys();

  /** Adds a key; only inside {@link #exclusively}. */
  void add(NewKey key);

  /** Takes a key out of use; only inside {@link #exclusively}. */
  void retire(Bytes keyId);
}
