// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.secret;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.P256;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.protocol.Release;
import io.fleetverifier.protocol.Release.SealedSecret;
import io.fleetverifier.protocol.ReleaseCipher;
import io.fleetverifier.server.appraisal.Trusted;
import io.fleetverifier.server.keys.AnswerKey;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.PolicyDigest;
import io.fleetverifier.tpm.SealedObject;
import io.fleetverifier.tpm.TpmsClockInfo;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Lets secrets go (docs/reference/protocol.md, section 7): a random share sealed to this TPM, these
 * PCR values and this boot; each secret encrypted under the share and the device's release key; all
 * of it signed.
 */
@Component
public final class SecretRelease {
  private static final int SHARE_SIZE = 32;

  private final SecureRandom random;

  SecretRelease(SecureRandom random) {
    this.random = random;
  }

  /**
   * Makes a release.
   *
   * @param trusted proof that it was earned
   * @param secrets at least one
   */
  public SignedRelease release(
      Trusted trusted, ReleaseTarget target, List<PreparedSecret> secrets, AnswerKey answerKey) {
    byte[] json = WireJson.strict().writeValueAsBytes(document(trusted, target, secrets));
    Bytes release = Bytes.copyOf(json);
    Bytes message = Formulas.answerMessage(target.token(), target.claims(), release);
    Bytes signature = Bytes.copyOf(answerKey.sign(message.toArray()));
    return new SignedRelease(release, answerKey.keyId(), signature);
  }

  private Release document(Trusted trusted, ReleaseTarget target, List<PreparedSecret> secrets) {
    PcrValues pcrs = trusted.quote().pcrs().subset(trusted.appraisal().releasePcrs());
    KeyPair oneTime = oneTimeKey();
    Bytes oneTimePoint = P256.encode((ECPublicKey) oneTime.getPublic());
    ReleaseCipher cipher =
        new ReleaseCipher(target.token(), target.claims(), oneTimePoint, target.device());
    try (SecretBytes share = SecretBytes.random(SHARE_SIZE, random)) {
      SealedObject sealed =
          SealedObject.make(
              target.sealingEk(), share, policy(pcrs, trusted.quote().clock()), random);
      List<SealedSecret> ciphertexts =
          secrets.stream()
              .map(secret -> seal(cipher, share, oneTime, target.releaseKey(), secret))
              .toList();
      return new Release(
          Release.FORM,
          target.device(),
          EkTemplate.of(target.sealingEk()).orElseThrow().label(),
          target.sealingEk().name().value(),
          Protocol.BANK,
          List.copyOf(pcrs.values().keySet()),
          sealed.objectPublic(),
          sealed.duplicate(),
          sealed.inSymSeed(),
          oneTimePoint,
          ciphertexts);
    }
  }

  private static SealedSecret seal(
      ReleaseCipher cipher,
      SecretBytes share,
      KeyPair oneTime,
      Bytes releaseKey,
      PreparedSecret secret) {
    StoredSecret stored = secret.stored();
    Bytes ciphertext =
        cipher.seal(
            share, oneTime.getPrivate(), releaseKey, stored.id(), stored.version(), secret.value());
    return new SealedSecret(stored.volume(), stored.id(), stored.version(), ciphertext);
  }

  /** PCR state and boot: both of the quote that was verified. */
  private static Bytes policy(PcrValues pcrs, TpmsClockInfo clock) {
    return PolicyDigest.start(HashAlg.SHA256)
        .policyPcr(pcrs.selection(), pcrs.digest(HashAlg.SHA256))
        .policyCounterTimer(clock.resetCount(), clock.restartCount())
        .value();
  }

  private KeyPair oneTimeKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(P256.parameters(), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java run-time has no P-256", e);
    }
  }
}
