// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AnswerSignature;
import io.fleetverifier.protocol.AttestationAnswer.ReleaseSignature;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.P256;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.protocol.Release;
import io.fleetverifier.protocol.Release.SealedSecret;
import io.fleetverifier.protocol.ReleaseCipher;
import io.fleetverifier.protocol.ReleaseRefusedException;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.TpmName;
import java.security.PrivateKey;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;

/**
 * Opens a release (section 7). The signature of a pinned answer key comes first: before it holds,
 * nothing inside is looked at.
 */
final class ReleaseOpener {

  /** Without this PCR a release would stay open for the running system. */
  private static final int BOOT_PHASE_PCR = 11;

  private final Pins pins;

  ReleaseOpener(Pins pins) {
    this.pins = pins;
  }

  /**
   * What the device itself knows of the exchange.
   *
   * @param token the challenge token
   * @param claims the exact bytes sent
   */
  record Exchange(
      Bytes token, Bytes claims, PrivateKey releaseKey, Quoted quoted, List<String> wanted) {}

  /**
   * Opens all secrets of the release, in the order in which they stand there.
   *
   * @throws ReleaseRefusedException when it is not to be opened, or does not open
   */
  Map<String, SecretBytes> open(
      Tpm tpm, Exchange exchange, Bytes releaseBytes, ReleaseSignature signature) {
    verify(exchange, releaseBytes, signature);
    Release release = decode(releaseBytes);
    requireOnlyWanted(release, exchange.wanted());
    PcrValues pcrs = valuesOf(release, exchange.quoted());
    try (SecretBytes share = tpm.openShare(sealedShare(release), pcrs, exchange.quoted().clock())) {
      return decrypt(release, exchange, share);
    }
  }

  private void verify(Exchange exchange, Bytes release, ReleaseSignature signature) {
    Bytes key =
        pins.answerKey(signature.keyId())
            .orElseThrow(
                () -> new ReleaseRefusedException("the release is signed by no pinned answer key"));
    Bytes message = Formulas.answerMessage(exchange.token(), exchange.claims(), release);
    if (!AnswerSignature.verifies(key, message, signature.signature())) {
      throw new ReleaseRefusedException(
          "the signature is not over this release for this challenge and these claims");
    }
  }

  private static Release decode(Bytes release) {
    try {
      Release decoded = WireJson.lenient().readValue(release.toArray(), Release.class);
      P256.decode(decoded.oneTimeKey());
      return decoded;
    } catch (JacksonException | IllegalArgumentException e) {
      throw new ReleaseRefusedException("the release is none of this protocol", e);
    }
  }

  private static void requireOnlyWanted(Release release, List<String> wanted) {
    Set<String> seen = new HashSet<>();
    for (SealedSecret secret : release.secrets()) {
      if (!wanted.contains(secret.volume()) || !seen.add(secret.volume())) {
        throw new ReleaseRefusedException("the release holds a secret that was not asked for");
      }
    }
  }

  private static PcrValues valuesOf(Release release, Quoted quoted) {
    if (!release.pcrs().contains(BOOT_PHASE_PCR)
        || !Protocol.QUOTED_PCRS.containsAll(release.pcrs())) {
      throw new ReleaseRefusedException("the release binds other PCRs than it must");
    }
    return quoted.values().subset(release.pcrs());
  }

  private static SealedShare sealedShare(Release release) {
    EkTemplate template =
        EkTemplate.ofLabel(release.ekTemplate())
            .orElseThrow(
                () -> new ReleaseRefusedException("the release names an unknown EK template"));
    try {
      return new SealedShare(
          template,
          new TpmName(release.ekName()),
          release.objectPublic(),
          release.duplicate(),
          release.inSymSeed());
    } catch (IllegalArgumentException e) {
      throw new ReleaseRefusedException("the release names no endorsement key", e);
    }
  }

  private static Map<String, SecretBytes> decrypt(
      Release release, Exchange exchange, SecretBytes share) {
    ReleaseCipher cipher =
        new ReleaseCipher(
            exchange.token(), exchange.claims(), release.oneTimeKey(), release.deviceId());
    Map<String, SecretBytes> opened = new LinkedHashMap<>();
    try {
      for (SealedSecret secret : release.secrets()) {
        opened.put(
            secret.volume(),
            cipher.open(
                share,
                exchange.releaseKey(),
                release.oneTimeKey(),
                secret.id(),
                secret.version(),
                secret.ciphertext()));
      }
      return opened;
    } catch (RuntimeException e) {
      opened.values().forEach(SecretBytes::close);
      throw e;
    }
  }
}
