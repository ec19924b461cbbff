// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.protocol.AttestationRequest.Log;
import io.fleetverifier.protocol.Claims;
import io.fleetverifier.protocol.Claims.LogDigest;
import io.fleetverifier.protocol.Claims.VolumePin;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.protocol.P256;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.testing.QuoteForge;
import io.fleetverifier.tpm.testing.SignedQuote;
import io.fleetverifier.tpm.testing.SoftTpm;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Evidence in the making: true in everything but what a test changes. Quoted when it is sent. */
final class Attempt {
  /** An address of the documentation network. */
  static final InetAddress SOURCE = InetAddress.ofLiteral("192.0.2.7");

  static final PcrSelection ASKED = PcrSelection.of(HashAlg.SHA256, Protocol.QUOTED_PCRS);

  private final SoftTpm tpm;
  private final Bytes token;
  private final KeyPair releaseKey = keyPair();
  private final List<Log> logs = new ArrayList<>();
  private Purpose purpose;
  private List<String> wanted;
  private List<Bytes> answerKeys;
  private List<VolumePin> volumes = List.of();
  private @Nullable Bytes srkName;
  private UnaryOperator<QuoteForge> forging = UnaryOperator.identity();
  private @Nullable AttestationRequest made;

  Attempt(SoftTpm tpm, Bytes token, Purpose purpose, List<String> wanted, List<Bytes> answerKeys) {
    this.tpm = tpm;
    this.token = token;
    this.purpose = purpose;
    this.wanted = wanted;
    this.answerKeys = answerKeys;
    this.srkName = tpm.srk().name().value();
  }

  Attempt with(VolumePin... pins) {
    volumes = List.of(pins);
    return this;
  }

  Attempt withLog(LogType type, Bytes data) {
    logs.add(new Log(type, data));
    return this;
  }

  Attempt withoutSrkName() {
    srkName = null;
    return this;
  }

  Attempt accepting(List<Bytes> keys) {
    answerKeys = keys;
    return this;
  }

  /** Claims another purpose and other volumes than the challenge was issued for. */
  Attempt claiming(Purpose other, String... volumes) {
    purpose = other;
    wanted = List.of(volumes);
    return this;
  }

  /** Changes the quote before the AK signs it. */
  Attempt forging(UnaryOperator<QuoteForge> change) {
    forging = change;
    return this;
  }

  Bytes token() {
    return token;
  }

  PrivateKey releasePrivateKey() {
    return releaseKey.getPrivate();
  }

  /** The claims that were sent. */
  Bytes claims() {
    return request().claims();
  }

  /** Quotes, at the first call, and gives what is sent. */
  AttestationRequest request() {
    AttestationRequest request = made;
    if (request == null) {
      request = make();
      made = request;
    }
    return request;
  }

  AttestationAnswer sendTo(AttestationService service) {
    return service.attest(request(), SOURCE);
  }

  private AttestationRequest make() {
    Bytes claims = Bytes.copyOf(WireJson.strict().writeValueAsBytes(document()));
    SignedQuote quote = forging.apply(tpm.forge(Formulas.extraData(token, claims), ASKED)).sign();
    return new AttestationRequest(
        1, token, claims, quote.attest(), quote.signature(), values(), logs);
  }

  private Claims document() {
    boolean releasable = !wanted.isEmpty() || purpose == Purpose.PROVISION;
    return new Claims(
        1,
        purpose,
        wanted,
        releasable ? P256.encode((ECPublicKey) releaseKey.getPublic()) : null,
        Protocol.BANK,
        logs.stream().map(log -> new LogDigest(log.type(), log.data().sha256())).toList(),
        volumes,
        srkName,
        "test/1",
        answerKeys,
        null,
        null);
  }

  private Map<String, Bytes> values() {
    Map<String, Bytes> values = new TreeMap<>();
    tpm.pcrs(HashAlg.SHA256, Protocol.QUOTED_PCRS)
        .values()
        .forEach((pcr, value) -> values.put(String.valueOf(pcr), value));
    return values;
  }

  private static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(P256.parameters());
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
