// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The database of a test: keys in a list, stamped by the test's clock. */
final class MemoryKeyStorage implements KeyStorage {

  final List<WrappedKey> stored = new CopyOnWriteArrayList<>();
  private final InstantSource clock;
  private @Nullable String kekId;

  MemoryKeyStorage(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized <T> T exclusively(Supplier<T> action) {
    return action.get();
  }

  @Override
  public Optional<String> kekId() {
    return Optional.ofNullable(kekId);
  }

  @Override
  public void nameKek(String named) {
    kekId = named;
  }

  @Override
  public List<WrappedKey> keys() {
    return List.copyOf(stored);
  }

  @Override
  public void add(NewKey key) {
    Instant now = clock.instant();
    stored.add(new WrappedKey(key, now));
  }

  @Override
  public void retire(Bytes keyId) {
    stored.removeIf(wrapped -> wrapped.key().keyId().equals(keyId));
  }
}
