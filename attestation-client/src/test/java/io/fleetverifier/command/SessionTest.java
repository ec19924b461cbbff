// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.testing.ScriptedTransport;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.TpmtPublic;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Against one TPM2_Unseal as it went over the wire between a program and a TPM: a P-384 EK salted
 * the session, the sealed octets are 00 to 1f.
 */
class SessionTest {

  private static final Bytes OBJECT_PUBLIC =
      Bytes.fromHex(
          "0008000b000004800020bc647f2e0bd390dd8341569f6e94051db586136ab8b689537c859e640a78ddcb0010"
              + "002084e4bd6ca2af96412fdc62fe44d4e9709cdc31933081a62486a48a154b582d53");
  private static final Bytes SESSION_KEY =
      Bytes.fromHex("3c8f9876ce2b983c1ebaa47a77dca657c9aef3327840a55b18c6d22a83c7959c");
  private static final Bytes FIRST_NONCE_CALLER =
      Bytes.fromHex("74ba66bda8a166ae42706fea51d13fe6bb2e8a15a12404d197301904df253586");
  private static final Bytes FIRST_NONCE_TPM =
      Bytes.fromHex("0405f71ff09d5ce87b4e71927fa1c37aed79985272fa9011e0a0ac0d67d2f798");
  private static final Bytes NONCE_CALLER =
      Bytes.fromHex("e83d2743beaa51ceacdb5a036ac6854f80ef4e826ee6339ab33d861fe7aaf89b");
  private static final Bytes UNSEAL =
      Bytes.fromHex(
          "80020000005b0000015e8000000000000049030000000020e83d2743beaa51ceacdb5a036ac6854f80ef4e82"
              + "6ee6339ab33d861fe7aaf89b400020669d7b2542712014a1e73a35a095a1a98e9deb0438bd1fa920ca"
              + "6d9a85a453b3");
  private static final Bytes RESPONSE =
      Bytes.fromHex(
          "80020000007500000000000000220020203c5bebf448e95fdaa097d99266120ea90079613ddffa583d07a545"
              + "061d5add0020318def77b453f8acea312bfafce0479e4699675ecf615eca96e5edfffd34c787400020"
              + "a9e8e21f953ffdf7e77038d76efc399391268c3ae3faf9d653bb7d121f3222cc");
  private static final Bytes FLUSHED = Bytes.fromHex("80010000000a00000000");

  private final List<Bytes> sent = new ArrayList<>();

  private TpmChannel answering(Bytes... responses) {
    return new TpmChannel(
        new ScriptedTransport(sent, responses), new FixedRandom(NONCE_CALLER), duration -> {});
  }

  private static Session salted(TpmChannel tpm) {
    return new Session(
        tpm,
        HashAlg.SHA256,
        TpmEntity.permanent(0x03000000),
        SecretBytes.copyOf(SESSION_KEY.toArray()),
        FIRST_NONCE_CALLER,
        FIRST_NONCE_TPM);
  }

  private static SecretBytes unseal(TpmChannel tpm, Session session) {
    TransientObject object = new TransientObject(tpm, 0x80000000, TpmtPublic.decode(OBJECT_PUBLIC));
    return new KeyCommands(tpm).unseal(object, session);
  }

  @Test
  void theCommandIsAuthenticatedAndTheResponseDecryptedAsInTheRecordedExchange() {
    TpmChannel tpm = answering(RESPONSE);
    try (Session session = salted(tpm);
        SecretBytes share = unseal(tpm, session)) {
      assertThat(sent).containsExactly(UNSEAL);
      assertThat(share.revealBytes())
          .isEqualTo(Bytes.of(IntStream.range(0, 32).toArray()).toArray());
    }
    assertThat(sent).as("the session ended with its use, so nothing is flushed").hasSize(1);
  }

  /** must-fail 23: somebody between processor and TPM changes what it says. */
  @Test
  void aResponseWithAnyBitFlippedIsRefusedAndTheSessionFlushed() {
    int sessionAndParameters = 10;
    for (int bit = 8 * sessionAndParameters; bit < 8 * RESPONSE.size(); bit++) {
      sent.clear();
      byte[] octets = RESPONSE.toArray();
      octets[bit / 8] ^= (byte) (1 << bit % 8);
      TpmChannel tpm = answering(Bytes.copyOf(octets), FLUSHED);
      assertThatThrownBy(
              () -> {
                try (Session session = salted(tpm)) {
                  unseal(tpm, session).close();
                }
              })
          .as("bit %d", bit)
          .isInstanceOfAny(
              TpmResponseException.class, io.fleetverifier.tpm.TpmDecodeException.class);
      assertThat(sent).hasSize(2);
      assertThat(sent.get(1)).isEqualTo(Bytes.fromHex("80010000000e0000016503000000"));
    }
  }

  @Test
  void aResponseWithoutSessionsIsRefused() {
    TpmChannel tpm = answering(Bytes.fromHex("80010000000c000000000000"), FLUSHED);
    assertThatThrownBy(
            () -> {
              try (Session session = salted(tpm)) {
                unseal(tpm, session).close();
              }
            })
        .isInstanceOf(io.fleetverifier.tpm.TpmDecodeException.class);
  }

  @Test
  void aBusyTpmGetsTheSameOctetsAgainUntilItAnswers() {
    TpmChannel tpm =
        answering(refusal(0x922), refusal(0x908), refusal(0x90a), refusal(0x922), RESPONSE);
    try (Session session = salted(tpm);
        SecretBytes share = unseal(tpm, session)) {
      assertThat(share.size()).isEqualTo(32);
    }
    assertThat(sent).containsExactly(UNSEAL, UNSEAL, UNSEAL, UNSEAL, UNSEAL);
  }

  @Test
  void aTpmThatStaysBusyIsGivenUpAtLast() {
    Bytes[] busy = IntStream.range(0, 100).mapToObj(i -> refusal(0x922)).toArray(Bytes[]::new);
    TpmChannel tpm = answering(busy);
    assertThatThrownBy(() -> new SystemCommands(tpm).readClock())
        .isInstanceOf(TpmCommandException.class)
        .hasMessageContaining("RETRY");
    assertThat(sent).hasSize(40);
  }

  @Test
  void anyOtherRefusalIsNotSentAgain() {
    TpmChannel tpm = answering(refusal(0x921), RESPONSE);
    assertThatThrownBy(() -> new SystemCommands(tpm).readClock())
        .isInstanceOf(TpmCommandException.class)
        .hasMessage("TPM2_ReadClock answered 0x921 (LOCKOUT)");
    assertThat(sent).hasSize(1);
  }

  private static Bytes refusal(int code) {
    return Bytes.concat(Bytes.fromHex("80010000000a"), Bytes.u32(code));
  }

  /** must-fail 23: a session without parameter encryption. */
  @Test
  void aPlainSessionRefusesToPretendThatItEncrypts() {
    TpmChannel tpm =
        answering(
            Bytes.concat(Bytes.fromHex("80010000003000000000030000000020"), FIRST_NONCE_TPM),
            FLUSHED);
    try (Session session = Session.plain(tpm, HashAlg.SHA256)) {
      assertThatIllegalStateException().isThrownBy(session::lastEncrypted);
    }
  }

  @Test
  void closingWipesTheKey() {
    TpmChannel tpm = answering(FLUSHED);
    Session session = salted(tpm);
    session.close();
    session.close();
    assertThat(sent).hasSize(1);
    assertThatIllegalStateException().isThrownBy(() -> session.decrypt(Bytes.zeros(32)));
  }

  /** Gives out the same octets for ever. */
  private static final class FixedRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final byte[] octets;

    FixedRandom(Bytes octets) {
      this.octets = octets.toArray();
    }

    @Override
    public void nextBytes(byte[] target) {
      System.arraycopy(octets, 0, target, 0, target.length);
    }
  }
}
