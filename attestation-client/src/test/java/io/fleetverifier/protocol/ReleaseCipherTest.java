// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReleaseCipherTest {
  private static final UUID DEVICE = new UUID(1, 2);
  private static final UUID SECRET = new UUID(3, 4);
  private final Bytes token = Bytes.utf8("token");
  private final Bytes claims = Bytes.utf8("{}");
  private final SecretBytes share = SecretBytes.copyOf(new byte[32]);
  private final byte[] clear = Bytes.utf8("0123456789abcdef0123456789abcdef").toArray();
  private KeyPair device;
  private KeyPair server;
  private Bytes devicePoint;
  private Bytes serverPoint;
  private Bytes ciphertext;

  @BeforeEach
  void seal() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(P256.parameters());
    device = generator.generateKeyPair();
    server = generator.generateKeyPair();
    devicePoint = P256.encode((ECPublicKey) device.getPublic());
    serverPoint = P256.encode((ECPublicKey) server.getPublic());
    ciphertext =
        cipher(token, claims, DEVICE)
            .seal(share, server.getPrivate(), devicePoint, SECRET, 1, SecretBytes.copyOf(clear));
  }

  @Test
  void whoHoldsShareAndReleaseKeyReadsTheSecret() {
    assertThat(ciphertext.size()).isEqualTo(48);
    assertThat(open(cipher(token, claims, DEVICE), share, device, SECRET, 1, ciphertext))
        .isEqualTo(clear);
  }

  @Test
  void anotherShareReleaseKeyTokenClaimsDeviceSecretOrVersionOpensNothing() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(P256.parameters());
    byte[] other = new byte[32];
    other[31] = 1;
    refused(
        cipher(token, claims, DEVICE), SecretBytes.copyOf(other), device, SECRET, 1, ciphertext);
    refused(
        cipher(token, claims, DEVICE), share, generator.generateKeyPair(), SECRET, 1, ciphertext);
    refused(cipher(Bytes.utf8("tokem"), claims, DEVICE), share, device, SECRET, 1, ciphertext);
    refused(cipher(token, Bytes.utf8("{ }"), DEVICE), share, device, SECRET, 1, ciphertext);
    refused(cipher(token, claims, new UUID(1, 3)), share, device, SECRET, 1, ciphertext);
    refused(cipher(token, claims, DEVICE), share, device, new UUID(3, 5), 1, ciphertext);
    refused(cipher(token, claims, DEVICE), share, device, SECRET, 2, ciphertext);
  }

  @Test
  void aFlippedBitOfTheCiphertextOpensNothing() {
    for (int bit = 0; bit < ciphertext.size() * 8; bit++) {
      byte[] flipped = ciphertext.toArray();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      refused(cipher(token, claims, DEVICE), share, device, SECRET, 1, Bytes.copyOf(flipped));
    }
  }

  @Test
  void aPointOffTheCurveIsRefused() {
    byte[] point = devicePoint.toArray();
    point[64] ^= 1;
    assertThatThrownBy(() -> P256.decode(Bytes.copyOf(point)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> P256.decode(Bytes.concat(Bytes.of(4), Bytes.zeros(64))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> P256.decode(Bytes.concat(Bytes.of(2), Bytes.zeros(64))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(P256.encode(P256.decode(devicePoint))).isEqualTo(devicePoint);
  }

  @Test
  void anAnswerSignatureHoldsForItsKeyAndMessageOnly() throws Exception {
    Bytes message = Formulas.answerMessage(token, claims, Bytes.utf8("release"));
    Bytes signature = AnswerSignature.sign(server.getPrivate(), message);
    assertThat(signature.size()).isEqualTo(64);
    assertThat(AnswerSignature.verifies(serverPoint, message, signature)).isTrue();
    assertThat(AnswerSignature.verifies(devicePoint, message, signature)).isFalse();
    assertThat(
            AnswerSignature.verifies(
                serverPoint,
                Formulas.answerMessage(claims, token, Bytes.utf8("release")),
                signature))
        .isFalse();
    assertThat(AnswerSignature.verifies(serverPoint, message, signature.slice(0, 63))).isFalse();
    assertThat(AnswerSignature.verifies(serverPoint, message, Bytes.zeros(64))).isFalse();
  }

  private ReleaseCipher cipher(Bytes token, Bytes claims, UUID device) {
    return new ReleaseCipher(token, claims, serverPoint, device);
  }

  private byte[] open(
      ReleaseCipher cipher, SecretBytes share, KeyPair own, UUID secret, int version, Bytes text) {
    try (SecretBytes opened =
        cipher.open(share, own.getPrivate(), serverPoint, secret, version, text)) {
      return opened.revealBytes();
    }
  }

  private void refused(
      ReleaseCipher cipher, SecretBytes share, KeyPair own, UUID secret, int version, Bytes text) {
    assertThatThrownBy(() -> open(cipher, share, own, secret, version, text))
        .isInstanceOf(ReleaseRefusedException.class);
  }
}
