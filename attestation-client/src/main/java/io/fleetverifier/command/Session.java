// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.Kdf;
import io.fleetverifier.tpm.SecretExchange;
import io.fleetverifier.tpm.SecretExchange.Shared;
import io.fleetverifier.tpm.TpmAlg;
import io.fleetverifier.tpm.TpmReader;
import io.fleetverifier.tpm.TpmWriter;
import io.fleetverifier.tpm.TpmtPublic;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A policy session in the TPM; closing flushes it unless its last use already ended it.
 *
 * <p>A plain session has no key: it authorises by its policy alone. A salted session has a key that
 * only this program and the TPM with the salting key know: each use is authenticated both ways, and
 * the TPM can encrypt the first parameter of its response (AES-128-CFB).
 *
 * <p>TPM 2.0 Library, Part 1: Session-Based Authorizations, Session-Based Encryption; Part 3:
 * TPM2_StartAuthSession.
 */
public final class Session implements AutoCloseable {

  private static final int POLICY = 0x01;
  private static final int NONCE_SIZE = 32;
  private static final int KEY_BITS = 128;
  private static final int BLOCK_BITS = 128;

  private final TpmChannel tpm;
  private final HashAlg hash;
  private final TpmEntity entity;
  private final SecretBytes key;
  private Bytes nonceCaller;
  private Bytes nonceTpm;
  private boolean ended;

  Session(
      TpmChannel tpm,
      HashAlg hash,
      TpmEntity entity,
      SecretBytes key,
      Bytes nonceCaller,
      Bytes nonceTpm) {
    this.tpm = tpm;
    this.hash = hash;
    this.entity = entity;
    this.key = key;
    this.nonceCaller = nonceCaller;
    this.nonceTpm = nonceTpm;
  }

  /** Starts a policy session without a key. */
  public static Session plain(TpmChannel tpm, HashAlg hash) {
    Bytes nonceCaller = tpm.random(NONCE_SIZE);
    TpmResponse response =
        start(
            tpm, TpmEntity.NULL, nonceCaller, Bytes.EMPTY, new TpmWriter().u16(TpmAlg.NULL), hash);
    return new Session(
        tpm,
        hash,
        TpmEntity.permanent(response.handle()),
        SecretBytes.copyOf(new byte[0]),
        nonceCaller,
        nonceTpm(response));
  }

  /**
   * Starts a policy session whose key is derived from a salt that only the holder of the salting
   * key can read.
   *
   * @param hash the hash of its policy digest: the nameAlg of the object it is to authorise
   * @param saltKey the handle of the salting key
   * @param area its public area, which the caller knows to be the right one: a key learned from the
   *     bus may be an interposer's
   */
  public static Session salted(TpmChannel tpm, HashAlg hash, TpmEntity saltKey, TpmtPublic area) {
    Bytes nonceCaller = tpm.random(NONCE_SIZE);
    TpmWriter aes = new TpmWriter().u16(TpmAlg.AES).u16(KEY_BITS).u16(TpmAlg.CFB);
    try (Shared salt = SecretExchange.encrypt(area, SecretExchange.SECRET, tpm.secureRandom())) {
      TpmResponse response = start(tpm, saltKey, nonceCaller, salt.encrypted(), aes, hash);
      Bytes nonceTpm = nonceTpm(response);
      SecretBytes key =
          Kdf.kdfa(hash, salt.secret(), "ATH", nonceTpm, nonceCaller, 8 * hash.size());
      TpmEntity entity = TpmEntity.permanent(response.handle());
      return new Session(tpm, hash, entity, key, nonceCaller, nonceTpm);
    }
  }

  private static TpmResponse start(
      TpmChannel tpm,
      TpmEntity saltKey,
      Bytes nonceCaller,
      Bytes encryptedSalt,
      TpmWriter symmetric,
      HashAlg hash) {
    TpmWriter parameters =
        new TpmWriter()
            .sized(nonceCaller)
            .sized(encryptedSalt)
            .u8(POLICY)
            .bytes(symmetric.toBytes())
            .u16(hash.id());
    List<TpmEntity> handles = List.of(saltKey, TpmEntity.NULL);
    return tpm.execute(TpmCommand.of(CommandCode.START_AUTH_SESSION, handles, parameters));
  }

  private static Bytes nonceTpm(TpmResponse response) {
    TpmReader in = response.reader();
    Bytes nonce = in.sized("nonceTPM", 64);
    in.end();
    return nonce;
  }

  /** The session as something policy commands work on. */
  TpmEntity entity() {
    return entity;
  }

  /** The hash of its policy digest. */
  public HashAlg hash() {
    return hash;
  }

  /** A use after which the session goes on, with an empty policy. */
  Authorization once() {
    return new SessionUse(this, Authorization.CONTINUE);
  }

  /** A use with which the session ends, if the command succeeds. */
  Authorization last() {
    return new SessionUse(this, 0);
  }

  /** As {@link #last()}, and the response is encrypted. */
  Authorization lastEncrypted() {
    if (!hasKey()) {
      throw new IllegalStateException("a plain session encrypts nothing");
    }
    return new SessionUse(this, Authorization.ENCRYPT);
  }

  private boolean hasKey() {
    return key.size() > 0;
  }

  Bytes nonceCaller() {
    return nonceCaller;
  }

  void rollNonceCaller() {
    nonceCaller = tpm.random(NONCE_SIZE);
  }

  Bytes commandHmac(Bytes authorised, int attributes) {
    return hasKey() ? hmac(authorised, nonceCaller, nonceTpm, attributes) : Bytes.EMPTY;
  }

  /** Checks the HMAC of a response and takes over its nonce. */
  void takeResponse(Bytes authorised, Bytes newNonceTpm, int attributes, Bytes hmac) {
    Bytes expected =
        hasKey() ? hmac(authorised, newNonceTpm, nonceCaller, attributes) : Bytes.EMPTY;
    if (!expected.constantTimeEquals(hmac)) {
      throw new TpmResponseException("the response was not authenticated by the TPM");
    }
    nonceTpm = newNonceTpm;
    ended = (attributes & Authorization.CONTINUE) == 0;
  }

  private Bytes hmac(Bytes authorised, Bytes nonceNewer, Bytes nonceOlder, int attributes) {
    // No object used here has a password, so the key is that of the session alone.
    return hash.hmac(key, hash.digest(authorised), nonceNewer, nonceOlder, Bytes.of(attributes));
  }

  /**
   * Decrypts the first parameter of the response that was taken last.
   *
   * @param encrypted the contents of the TPM2B, without its size
   */
  SecretBytes decrypt(Bytes encrypted) {
    int bits = KEY_BITS + BLOCK_BITS;
    byte[] keyAndIv = new byte[0];
    try (SecretBytes derived = Kdf.kdfa(hash, key, "CFB", nonceTpm, nonceCaller, bits)) {
      keyAndIv = derived.revealBytes();
      Cipher aes = Cipher.getInstance("AES/CFB/NoPadding");
      aes.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(keyAndIv, 0, KEY_BITS / 8, "AES"),
          new IvParameterSpec(keyAndIv, KEY_BITS / 8, BLOCK_BITS / 8));
      return SecretBytes.takeFrom(aes.doFinal(encrypted.toArray()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has AES", impossible);
    } finally {
      Arrays.fill(keyAndIv, (byte) 0);
    }
  }

  /** Wipes the key, and flushes the session from the TPM unless its last use ended it. */
  @Override
  public void close() {
    key.close();
    if (!ended) {
      ended = true;
      tpm.flush(entity.handle());
    }
  }
}
