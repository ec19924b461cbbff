// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.server.database.InstallationState;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.token.SealedTokens;
import io.fleetverifier.server.token.TokenType;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import org.springframework.stereotype.Component;

/**
 * Enrolment tokens: {@code size of the credentials (one byte, in units of 32) || credentials ||
 * ticket as JSON}, sealed. The device carries its own request and the server's own secrets between
 * the two messages, so nothing is stored before the proof.
 */
@Component
final class EnrolmentTokens {
  static final int CREDENTIAL_SIZE = 32;

  private final SealedTokens tokens;
  private final InstallationState installation;
  private final InstantSource clock;

  EnrolmentTokens(SealedTokens tokens, InstallationState installation, InstantSource clock) {
    this.tokens = tokens;
    this.installation = installation;
    this.clock = clock;
  }

  /**
   * What a token held.
   *
   * @param credentials all credentials, joined in the order of the EKs
   */
  record Opened(EnrolmentTicket ticket, SecretBytes credentials) implements AutoCloseable {
    @Override
    public void close() {
      credentials.close();
    }
  }

  /** Seals a ticket with its credentials, which stay the caller's to wipe. */
  Bytes seal(EnrolmentTicket ticket, byte[] credentials) {
    byte[] json = WireJson.strict().writeValueAsBytes(ticket);
    byte[] plaintext =
        ByteBuffer.allocate(1 + credentials.length + json.length)
            .put((byte) (credentials.length / CREDENTIAL_SIZE))
            .put(credentials)
            .put(json)
            .array();
    try {
      return tokens.seal(TokenType.ENROLMENT, plaintext);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /**
   * Opens a token. That it was not used before is for the transaction that redeems its nonce.
   *
   * @throws ProblemException TOKEN_INVALID when it is not authentic, no enrolment token, of an
   *     earlier epoch, or out of its time
   */
  Opened open(Bytes token) {
    Opened opened =
        tokens
            .open(TokenType.ENROLMENT, token)
            .map(EnrolmentTokens::read)
            .orElseThrow(EnrolmentRefusal.TOKEN_INVALID::problem);
    EnrolmentTicket ticket = opened.ticket();
    if (ticket.epoch() != installation.epoch() || !ticket.life().covers(clock.instant())) {
      opened.close();
      throw EnrolmentRefusal.TOKEN_INVALID.problem();
    }
    return opened;
  }

  private static Opened read(byte[] plaintext) {
    int end = 1 + plaintext[0] * CREDENTIAL_SIZE;
    byte[] json = Arrays.copyOfRange(plaintext, end, plaintext.length);
    EnrolmentTicket ticket = WireJson.strict().readValue(json, EnrolmentTicket.class);
    byte[] credentials = Arrays.copyOfRange(plaintext, 1, end);
    Arrays.fill(plaintext, (byte) 0);
    return new Opened(ticket, SecretBytes.takeFrom(credentials));
  }
}
