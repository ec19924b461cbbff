// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.demo;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.client.AttestationServer;
import io.fleetverifier.client.Pins;
import io.fleetverifier.client.Quoted;
import io.fleetverifier.client.SealedShare;
import io.fleetverifier.client.ServerProblemException;
import io.fleetverifier.client.Tpm;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.protocol.Challenge;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.Claims.VolumePin;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.P256;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.protocol.Release;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.TpmName;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Somebody who sees all that a device sends and receives, and tries to make use of it. */
final class Attacker implements AutoCloseable {
  private final Pins pins;
  private final AttestationServer server;

  Attacker(DemoServer server) throws IOException {
    this.pins = pins(server);
    this.server = new AttestationServer(pins);
  }

  private static Pins pins(DemoServer server) throws IOException {
    try (InputStream pem = Files.newInputStream(server.authority())) {
      X509Certificate authority =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
      List<Bytes> answerKeys =
          Files.readAllLines(server.answerKey()).stream().map(Bytes::fromBase64Url).toList();
      return new Pins(List.of(URI.create(server.url())), List.of(authority), answerKeys);
    } catch (CertificateException e) {
      throw new IOException("the server's CA certificate cannot be used", e);
    }
  }

  /** One honest exchange of a device, as somebody in the middle would have it. */
  record Recorded(AttestationRequest request, AttestationAnswer answer, Quoted quoted) {}

  /** Lets the device unlock a volume and records it. */
  Recorded record(DemoDevice device, String volume, Bytes pin) {
    try (Tpm tpm = Tpm.open(device.tpm().address())) {
      Challenge challenge =
          server.challenge(
              new ChallengeRequest(
                  1, tpm.akArea().name().value(), Purpose.UNLOCK, List.of(volume)));
      Claims claims =
          new Claims(
              1,
              Purpose.UNLOCK,
              List.of(volume),
              P256.encode((ECPublicKey) keyPair().getPublic()),
              "sha256",
              List.of(),
              List.of(new VolumePin(volume, pin)),
              tpm.srkName().map(TpmName::value).orElse(null),
              "demo",
              pins.answerKeyIds(),
              null,
              null);
      Bytes json = Bytes.copyOf(WireJson.strict().writeValueAsBytes(claims));
      Quoted quoted = tpm.quote(Formulas.extraData(challenge.token(), json));
      Map<String, Bytes> values = new TreeMap<>();
      quoted.values().values().forEach((pcr, value) -> values.put(pcr.toString(), value));
      AttestationRequest request =
          new AttestationRequest(
              1, challenge.token(), json, quoted.attest(), quoted.signature(), values, List.of());
      return new Recorded(request, server.attest(request), quoted);
    }
  }

  /** Sends recorded evidence once more; the problem's code, or nothing when it was taken. */
  Optional<String> replay(Recorded recorded) {
    try {
      server.attest(recorded.request());
      return Optional.empty();
    } catch (ServerProblemException e) {
      return Optional.of(e.code());
    }
  }

  /** Whether the sealed share of a recorded answer opens in a TPM. */
  static boolean opens(Recorded recorded, DemoDevice device) {
    Release release =
        WireJson.lenient()
            .readValue(
                Objects.requireNonNull(recorded.answer().release()).toArray(), Release.class);
    EkTemplate template = EkTemplate.ofLabel(release.ekTemplate()).orElseThrow();
    try (Tpm tpm = Tpm.open(device.tpm().address())) {
      // The thief takes his own EK where the answer names the owner's, or nothing would be tried.
      TpmName ek = tpm.ekArea(template).name();
      SealedShare share =
          new SealedShare(
              template, ek, release.objectPublic(), release.duplicate(), release.inSymSeed());
      try (SecretBytes opened =
          tpm.openShare(
              share,
              recorded.quoted().values().subset(release.pcrs()),
              recorded.quoted().clock())) {
        return opened.size() > 0;
      }
    } catch (RuntimeException refused) {
      return false;
    }
  }

  private static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(P256.parameters());
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java run-time has no P-256", e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
