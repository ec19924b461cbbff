// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.token;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.Hkdf;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.keys.TokenKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals and opens tokens (docs/reference/protocol.md, section 3): {@code version || type || key id
 * || salt || AES-256-GCM}, the cipher key derived by HKDF from the token key, the salt and the
 * type. Each token has a key of its own, so its IV is all zeros and no flood of tokens wears a key
 * out; the type is part of the derivation, so a token of one type never opens as the other.
 */
public final class SealedTokens {
  private static final byte VERSION = 1;
  private static final int KEY_ID_SIZE = 8;
  private static final int SALT_SIZE = 32;
  private static final int HEADER_SIZE = 2 + KEY_ID_SIZE + SALT_SIZE;
  private static final int TAG_SIZE = 16;
  private static final byte[] ZERO_IV = new byte[12];
  private static final Bytes LABEL = Formulas.label("fleet-verifier token v1");

  private final Supplier<TokenKey> newest;
  private final Function<Bytes, Optional<TokenKey>> byId;
  private final SecureRandom random;

  /**
   * Seals under the keys of one keyring.
   *
   * @param newest the key for new tokens
   * @param byId the key of a token that comes back, by the id it carries
   */
  public SealedTokens(
      Supplier<TokenKey> newest, Function<Bytes, Optional<TokenKey>> byId, SecureRandom random) {
    this.newest = newest;
    this.byId = byId;
    this.random = random;
  }

  /**
   * Seals under the newest key.
   *
   * @param plaintext stays the caller's, who wipes it where it holds a secret
   * @throws IllegalArgumentException when the token would be longer than the protocol allows
   */
  public Bytes seal(TokenType type, byte[] plaintext) {
    if (plaintext.length > Protocol.MAX_TOKEN - HEADER_SIZE - TAG_SIZE) {
      throw new IllegalArgumentException("too much for one token: " + plaintext.length + " bytes");
    }
    TokenKey key = newest.get();
    byte[] salt = new byte[SALT_SIZE];
    random.nextBytes(salt);
    byte[] header = header(type, key.keyId(), salt);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, type, header).doFinal(plaintext);
      return Bytes.concat(Bytes.copyOf(header), Bytes.copyOf(sealed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not seal", e);
    }
  }

  /** What was sealed, or nothing when the token is not one of ours, of this type, bit for bit. */
  public Optional<byte[]> open(TokenType type, Bytes token) {
    if (token.size() < HEADER_SIZE + TAG_SIZE
        || token.size() > Protocol.MAX_TOKEN
        || token.at(0) != VERSION
        || token.at(1) != type.number()) {
      return Optional.empty();
    }
    return byId.apply(token.slice(2, 2 + KEY_ID_SIZE)).flatMap(key -> open(type, key, token));
  }

  private static Optional<byte[]> open(TokenType type, TokenKey key, Bytes token) {
    byte[] header = token.slice(0, HEADER_SIZE).toArray();
    byte[] sealed = token.slice(HEADER_SIZE).toArray();
    try {
      return Optional.of(cipher(Cipher.DECRYPT_MODE, key, type, header).doFinal(sealed));
    } catch (AEADBadTagException forged) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not open", e);
    }
  }

  private static byte[] header(TokenType type, Bytes keyId, byte[] salt) {
    return ByteBuffer.allocate(HEADER_SIZE)
        .put(VERSION)
        .put(type.number())
        .put(keyId.toArray())
        .put(salt)
        .array();
  }

  /** A cipher under the token's own key, the header already authenticated. */
  private static Cipher cipher(int mode, TokenKey key, TokenType type, byte[] header)
      throws GeneralSecurityException {
    byte[] secret = key.key().revealBytes();
    byte[] salt = Arrays.copyOfRange(header, HEADER_SIZE - SALT_SIZE, HEADER_SIZE);
    byte[] info = Bytes.concat(LABEL, Bytes.of(type.number())).toArray();
    byte[] derived = Hkdf.derive32(secret, salt, info);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          mode, new SecretKeySpec(derived, "AES"), new GCMParameterSpec(8 * TAG_SIZE, ZERO_IV));
      cipher.updateAAD(header);
      return cipher;
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(derived, (byte) 0);
    }
  }
}
