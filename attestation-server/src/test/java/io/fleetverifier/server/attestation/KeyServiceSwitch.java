// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.server.keys.KeyEncryptor;
import io.fleetverifier.server.keys.KeyUnavailableException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** A key service that can be switched off, as a real one is by its network. */
final class KeyServiceSwitch implements BeanPostProcessor {
  private final AtomicBoolean down = new AtomicBoolean();

  /** Runs with a key service that does not answer. */
  void whileDown(Runnable action) {
    down.set(true);
    try {
      action.run();
    } finally {
      down.set(false);
    }
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof KeyEncryptor real ? new Switched(real, down) : bean;
  }

  private record Switched(KeyEncryptor real, AtomicBoolean down) implements KeyEncryptor {
    @Override
    public Bytes wrap(SecretBytes key, Bytes associatedData) {
      return reached().wrap(key, associatedData);
    }

    @Override
    public SecretBytes unwrap(Bytes wrapped, Bytes associatedData) {
      return reached().unwrap(wrapped, associatedData);
    }

    @Override
    public String keyId() {
      return real.keyId();
    }

    private KeyEncryptor reached() {
      if (down.get()) {
        throw new KeyUnavailableException("switched off by the test", new IllegalStateException());
      }
      return real;
    }
  }
}
