// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The installation's own keys, held in memory and read again each minute, so that a key that one
 * replica made reaches all others. They are made at the first start, by exactly one replica.
 */
@Component
public final class ServerKeys {

  private static final Logger log = LoggerFactory.getLogger(ServerKeys.class);
  private static final Bytes LABEL = Bytes.utf8("fleet-verifier server key v1\0");
  private static final int TOKEN_KEY_ID_SIZE = 8;

  private final KeyEncryptor kek;
  private final KeyStorage storage;
  private final SecureRandom random;
  private volatile List<ServerKey> keys = List.of();

  ServerKeys(KeyEncryptor kek, KeyStorage storage, SecureRandom random) {
    this.kek = kek;
    this.storage = storage;
    this.random = random;
    ensure(KeyPurpose.TOKEN, ServerKeys::noCertificate);
    ensure(KeyPurpose.ANSWER, ServerKeys::noCertificate);
  }

  /**
   * Makes the CA key, once for the installation, with the certificate that the function makes of
   * it.
   */
  public CaKey ensureCa(Function<KeyPair, Bytes> certificate) {
    ensure(KeyPurpose.CA, pair -> Optional.of(certificate.apply(pair)));
    return new CaKey(of(KeyPurpose.CA).getLast());
  }

  /**
   * Adds a newer key; the older ones stay usable. A CA key is renewed with its certificate only.
   *
   * @param record is told the new key's id, in the transaction that adds it
   * @return the new key's id
   */
  Bytes rotate(KeyPurpose purpose, Consumer<Bytes> record) {
    if (purpose == KeyPurpose.CA) {
      throw new IllegalArgumentException("a CA key needs its certificate");
    }
    NewKey made = make(purpose, ServerKeys::noCertificate);
    storage.exclusively(() -> {
      storage.add(made);
      record.accept(made.keyId());
      return made;
    });
    reload();
    return made.keyId();
  }

  /** What came of taking a key out of use. */
  enum Retirement {
    RETIRED,
    /** No such key is in use. */
    UNKNOWN,
    /** It is the newest one, which stays. */
    NEWEST
  }

  /**
   * Takes an older key out of use, for good.
   *
   * @param record is called when that is done, in its transaction
   */
  Retirement retire(KeyPurpose purpose, Bytes keyId, Runnable record) {
    Retirement retirement =
        storage.exclusively(() -> {
          List<Bytes> used =
              storage.keys().stream()
                  .map(WrappedKey::key)
                  .filter(key -> key.purpose() == purpose)
                  .map(NewKey::keyId)
                  .toList();
          if (!used.contains(keyId)) {
            return Retirement.UNKNOWN;
          }
          if (used.getLast().equals(keyId)) {
            return Retirement.NEWEST;
          }
          storage.retire(keyId);
          record.run();
          return Retirement.RETIRED;
        });
    reload();
    return retirement;
  }

  /** Keys of a purpose, oldest first. */
  List<ServerKey> of(KeyPurpose purpose) {
    return keys.stream().filter(key -> key.purpose() == purpose).toList();
  }

  @Scheduled(fixedDelay = 60_000, initialDelay = 60_000)
  void refresh() {
    try {
      reload();
    } catch (RuntimeException e) {
      log.warn("The server's keys could not be read again; keeping those in memory.", e);
    }
  }

  private void ensure(KeyPurpose purpose, Function<KeyPair, Optional<Bytes>> certificate) {
    storage.exclusively(() -> {
      boolean absent =
          storage.keys().stream().noneMatch(stored -> stored.key().purpose() == purpose);
      if (absent) {
        storage.add(make(purpose, certificate));
      }
      return absent;
    });
    reload();
  }

  private static Optional<Bytes> noCertificate(KeyPair pair) {
    return Optional.empty();
  }

  private NewKey make(KeyPurpose purpose, Function<KeyPair, Optional<Bytes>> certificate) {
    if (purpose == KeyPurpose.TOKEN) {
      byte[] keyId = new byte[TOKEN_KEY_ID_SIZE];
      random.nextBytes(keyId);
      try (SecretBytes secret = SecretBytes.random(AesGcm.KEY_SIZE, random)) {
        return wrapped(purpose, Bytes.copyOf(keyId), secret, Optional.empty(), Optional.empty());
      }
    }
    KeyPair pair = P256.generate(random);
    Bytes point = P256.point((ECPublicKey) pair.getPublic());
    try (SecretBytes secret = P256.encode(pair.getPrivate())) {
      return wrapped(purpose, point.sha256(), secret, Optional.of(point), certificate.apply(pair));
    }
  }

  private NewKey wrapped(
      KeyPurpose purpose,
      Bytes keyId,
      SecretBytes secret,
      Optional<Bytes> point,
      Optional<Bytes> certificate) {
    Bytes wrapped = kek.wrap(secret, boundTo(purpose, keyId));
    return new NewKey(purpose, keyId, wrapped, point, certificate, kek.keyId());
  }

  private static Bytes boundTo(KeyPurpose purpose, Bytes keyId) {
    return Bytes.concat(LABEL, Bytes.utf8(purpose.code() + "\0"), keyId);
  }

  private synchronized void reload() {
    Map<Bytes, ServerKey> known =
        keys.stream().collect(Collectors.toMap(ServerKey::keyId, Function.identity()));
    keys =
        storage.keys().stream()
            .map(stored ->
                Optional.ofNullable(known.get(stored.key().keyId()))
                    .orElseGet(() -> unwrapped(stored)))
            .sorted(Comparator.comparing(ServerKey::createdAt))
            .toList();
  }

  private ServerKey unwrapped(WrappedKey stored) {
    NewKey key = stored.key();
    if (!key.kekId().equals(kek.keyId())) {
      throw new KeyIntegrityException("a server key was wrapped by another key-encryption key");
    }
    return new ServerKey(
        key.purpose(),
        key.keyId(),
        kek.unwrap(key.wrapped(), boundTo(key.purpose(), key.keyId())),
        key.publicPoint(),
        key.certificate(),
        stored.createdAt());
  }
}
