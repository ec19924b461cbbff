// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.fuzz;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.command.CommandCode;
import io.fleetverifier.command.KeyCommands;
import io.fleetverifier.command.NvCommands;
import io.fleetverifier.command.PcrCommands;
import io.fleetverifier.command.SystemCommands;
import io.fleetverifier.command.TpmChannel;
import io.fleetverifier.command.TpmCommandException;
import io.fleetverifier.command.TpmEntity;
import io.fleetverifier.command.TpmResponseException;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.TpmDecodeException;
import io.fleetverifier.tpm.TpmsAttest;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.TpmtSignature;
import io.fleetverifier.tpm.testing.SeededRandom;
import io.fleetverifier.transport.TpmIoException;
import io.fleetverifier.transport.TpmTransport;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What a TPM writes. */
final class TpmTargets {

  /** TPM_RC_RETRY, TPM_RC_YIELDED, TPM_RC_TESTING: asked again after a pause. */
  private static final Set<Integer> BUSY = Set.of(0x922, 0x908, 0x90a);

  private static final int MOST_RESPONSES = 8;

  private TpmTargets() {}

  static void attest(Bytes input) {
    recode(input, bytes -> TpmsAttest.decode(bytes).encode());
  }

  static void signature(Bytes input) {
    recode(input, bytes -> TpmtSignature.decode(bytes).encode());
  }

  static void selection(Bytes input) {
    recode(input, bytes -> PcrSelection.decode(bytes).encode());
  }

  /** A key that has no problem can be used, and one that has is told before. */
  static void area(Bytes input) {
    recode(
        input,
        bytes -> {
          TpmtPublic area = TpmtPublic.decode(bytes);
          area.name();
          if (area.keyProblem().isEmpty()) {
            area.toPublicKey();
            area.subjectPublicKeyInfo();
          }
          return area.encode();
        });
  }

  private static void recode(Bytes input, UnaryOperator<Bytes> decodeAndEncode) {
    Bytes again;
    try {
      again = decodeAndEncode.apply(input);
    } catch (TpmDecodeException declared) {
      return;
    }
    Rules.same(input, again);
  }

  /** The same responses to each of the commands that a device sends. */
  static void responses(Bytes input) {
    for (Command command : COMMANDS) {
      try (TpmChannel tpm = new TpmChannel(new Script(input), new SeededRandom("nonces"))) {
        command.send(tpm);
      } catch (TpmDecodeException
          | TpmCommandException
          | TpmResponseException
          | TpmIoException declared) {
        Rules.saysWhy(declared);
      }
    }
  }

  private interface Command {
    void send(TpmChannel tpm);
  }

  private static final int KEY = 0x81010001;
  private static final int INDEX = 0x01c00002;

  private static final List<Command> COMMANDS =
      List.of(
          tpm -> new PcrCommands(tpm).read(HashAlg.SHA256, List.of(0, 4, 7, 11)),
          tpm ->
              new PcrCommands(tpm)
                  .quote(
                      TpmEntity.permanent(KEY),
                      Bytes.zeros(32),
                      PcrSelection.of(HashAlg.SHA256, 0, 7)),
          tpm -> new NvCommands(tpm).read(new NvCommands(tpm).readPublic(INDEX), false),
          tpm -> new KeyCommands(tpm).readPublic(KEY),
          tpm -> new SystemCommands(tpm).startup(),
          tpm -> new SystemCommands(tpm).implementsCommand(CommandCode.QUOTE),
          tpm -> new SystemCommands(tpm).property(SystemCommands.MANUFACTURER),
          tpm -> new SystemCommands(tpm).handles(SystemCommands.NV_INDEXES),
          tpm -> new SystemCommands(tpm).readClock());

  /** Gives out responses, each behind a 16-bit size; after the last one the TPM is gone. */
  private static final class Script implements TpmTransport {
    private final Bytes responses;
    private int at;
    private int given;

    Script(Bytes responses) {
      this.responses = responses;
    }

    @Override
    public Bytes transmit(Bytes command) {
      if (responses.size() - at < 2 || given++ == MOST_RESPONSES) {
        throw new TpmIoException("the TPM is gone");
      }
      int size = responses.at(at) << 8 | responses.at(at + 1);
      int from = at + 2;
      at = Math.min(responses.size(), from + size);
      Bytes response = responses.slice(from, at);
      if (response.size() >= 10 && BUSY.contains(response.at(8) << 8 | response.at(9))) {
        throw new TpmIoException("busy for ever");
      }
      return response;
    }

    @Override
    public void close() {}
  }
}
