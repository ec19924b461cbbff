// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.server.keys.TokenKey;
import io.fleetverifier.testing.ProtocolVectors;
import io.fleetverifier.tpm.testing.ScriptedRandom;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SealedTokensTest {
  private static final byte[] PLAINTEXT = "what was agreed".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 42;

  private final Deque<TokenKey> keys = new ArrayDeque<>();
  private final SecureRandom random = new SecureRandom();
  private final SealedTokens tokens = tokensOf(keys);

  SealedTokensTest() {
    rotate();
  }

  @Test
  void whatWasSealedOpensAsItsOwnType() {
    for (TokenType type : TokenType.values()) {
      assertThat(tokens.open(type, tokens.seal(type, PLAINTEXT))).hasValue(PLAINTEXT);
    }
  }

  @Test
  void aTokenIsLaidOutAsTheProtocolPageSays() throws Exception {
    Bytes token = tokens.seal(TokenType.ENROLMENT, PLAINTEXT);

    assertThat(token.size()).isEqualTo(HEADER + PLAINTEXT.length + 16);
    assertThat(token.slice(0, 2)).isEqualTo(Bytes.fromHex("0102"));
    assertThat(token.slice(2, 10)).isEqualTo(keys.getLast().keyId());
    assertThat(openByThePage(token, keys.getLast())).isEqualTo(PLAINTEXT);
  }

  /** Section 3 written out once more, with nothing of the product's. */
  private static byte[] openByThePage(Bytes token, TokenKey key) throws Exception {
    byte[] salt = token.slice(10, HEADER).toArray();
    byte[] prk = hmac(salt, key.key().revealBytes());
    byte[] info =
        HexFormat.of()
            .parseHex(
                HexFormat.of()
                        .formatHex("fleet-verifier token v1".getBytes(StandardCharsets.US_ASCII))
                    + "00"
                    + "02"
                    + "01");
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(hmac(prk, info), "AES"),
        new GCMParameterSpec(128, new byte[12]));
    cipher.updateAAD(token.slice(0, HEADER).toArray());
    return cipher.doFinal(token.slice(HEADER).toArray());
  }

  private static byte[] hmac(byte[] key, byte[] message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  /** The file is for those who write another server; ours must give the same octets. */
  @Test
  void theKnownAnswersOfTheProtocolComeOut() {
    ProtocolVectors vector = ProtocolVectors.section("sealedToken");
    TokenKey key =
        new TokenKey(vector.bytes("keyId"), SecretBytes.copyOf(vector.bytes("tokenKey").toArray()));
    byte[] plaintext = vector.bytes("plaintext").toArray();
    for (TokenType type : TokenType.values()) {
      Bytes expected =
          vector.member(type == TokenType.CHALLENGE ? "challenge" : "enrolment").bytes("token");
      SealedTokens fixed =
          new SealedTokens(
              () -> key, id -> Optional.of(key), new ScriptedRandom(vector.bytes("salt")));
      assertThat(fixed.seal(type, plaintext)).isEqualTo(expected);
      assertThat(fixed.open(type, expected)).hasValue(plaintext);
    }
  }

  @Test
  void noTokenOpensAsAnotherType() {
    assertThat(tokens.open(TokenType.ENROLMENT, tokens.seal(TokenType.CHALLENGE, PLAINTEXT)))
        .isEmpty();
    assertThat(tokens.open(TokenType.CHALLENGE, tokens.seal(TokenType.ENROLMENT, PLAINTEXT)))
        .isEmpty();
  }

  @Test
  void noTokenOpensAsAnotherTypeWhenItsTypeIsRewritten() {
    Bytes challenge = tokens.seal(TokenType.CHALLENGE, PLAINTEXT);
    Bytes rewritten = Bytes.concat(Bytes.fromHex("01"), Bytes.fromHex("02"), challenge.slice(2));

    assertThat(tokens.open(TokenType.ENROLMENT, rewritten)).isEmpty();
  }

  @Test
  void noFlippedBitIsOverlooked() {
    byte[] token = tokens.seal(TokenType.CHALLENGE, PLAINTEXT).toArray();
    for (int bit = 0; bit < 8 * token.length; bit++) {
      byte[] flipped = token.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(tokens.open(TokenType.CHALLENGE, Bytes.copyOf(flipped)))
          .as("bit " + bit)
          .isEmpty();
    }
  }

  @Test
  void noCutOrLengthenedTokenOpens() {
    Bytes token = tokens.seal(TokenType.CHALLENGE, PLAINTEXT);
    for (int size = 0; size < token.size(); size++) {
      assertThat(tokens.open(TokenType.CHALLENGE, token.slice(0, size)))
          .as("size " + size)
          .isEmpty();
    }
    assertThat(tokens.open(TokenType.CHALLENGE, Bytes.concat(token, Bytes.zeros(1)))).isEmpty();
    assertThat(tokens.open(TokenType.CHALLENGE, Bytes.zeros(Protocol.MAX_TOKEN + 1))).isEmpty();
  }

  @Test
  void aTokenOutlivesTheRotationOfItsKeyAndNewOnesAreSealedUnderTheNewKey() {
    Bytes before = tokens.seal(TokenType.CHALLENGE, PLAINTEXT);
    rotate();
    Bytes after = tokens.seal(TokenType.CHALLENGE, PLAINTEXT);

    assertThat(tokens.open(TokenType.CHALLENGE, before)).hasValue(PLAINTEXT);
    assertThat(after.slice(2, 10)).isEqualTo(keys.getLast().keyId());
  }

  @Test
  void aTokenUnderAnUnknownKeyDoesNotOpen() {
    Bytes token = tokens.seal(TokenType.CHALLENGE, PLAINTEXT);
    rotate();
    keys.removeFirst();

    assertThat(tokens.open(TokenType.CHALLENGE, token)).isEmpty();
  }

  @Test
  void aTokenOfAnotherInstallationDoesNotOpenThoughTheKeyIdIsTheSame() {
    Deque<TokenKey> others = new ArrayDeque<>();
    others.add(new TokenKey(keys.getLast().keyId(), SecretBytes.random(32, random)));
    Bytes foreign = tokensOf(others).seal(TokenType.CHALLENGE, PLAINTEXT);

    assertThat(tokens.open(TokenType.CHALLENGE, foreign)).isEmpty();
  }

  @Test
  void oneTextSealedTwiceGivesNothingEqualButTheHeadOfTheToken() {
    Bytes one = tokens.seal(TokenType.CHALLENGE, PLAINTEXT);
    Bytes two = tokens.seal(TokenType.CHALLENGE, PLAINTEXT);

    assertThat(one.slice(10, HEADER)).isNotEqualTo(two.slice(10, HEADER));
    assertThat(one.slice(HEADER)).isNotEqualTo(two.slice(HEADER));
  }

  @Test
  void whatWouldNotFitTheProtocolIsNotSealed() {
    int most = Protocol.MAX_TOKEN - HEADER - 16;

    assertThat(tokens.seal(TokenType.ENROLMENT, new byte[most]).size())
        .isEqualTo(Protocol.MAX_TOKEN);
    assertThatThrownBy(() -> tokens.seal(TokenType.ENROLMENT, new byte[most + 1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void rotate() {
    SecretBytes key = SecretBytes.random(32, random);
    keys.addLast(new TokenKey(Bytes.copyOf(key.revealBytes()).sha256().slice(0, 8), key));
  }

  private SealedTokens tokensOf(Deque<TokenKey> keyring) {
    return new SealedTokens(keyring::getLast, id -> find(keyring, id), random);
  }

  private static Optional<TokenKey> find(Deque<TokenKey> keyring, Bytes id) {
    return keyring.stream().filter(key -> key.keyId().equals(id)).findFirst();
  }
}
