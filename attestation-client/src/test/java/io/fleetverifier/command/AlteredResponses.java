// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.transport.TpmTransport;
import java.util.function.UnaryOperator;

/** Whoever sits between processor and TPM and changes the responses to one command. */
final class AlteredResponses implements TpmTransport {

  private final TpmTransport wire;
  private final int commandCode;
  private final UnaryOperator<Bytes> change;

  AlteredResponses(TpmTransport wire, int commandCode, UnaryOperator<Bytes> change) {
    this.wire = wire;
    this.commandCode = commandCode;
    this.change = change;
  }

  static Bytes flip(Bytes message, int at) {
    byte[] octets = message.toArray();
    octets[at] ^= 1;
    return Bytes.copyOf(octets);
  }

  @Override
  public Bytes transmit(Bytes command) {
    Bytes response = wire.transmit(command);
    return command.slice(6, 10).equals(Bytes.u32(commandCode)) ? change.apply(response) : response;
  }

  @Override
  public void close() {
    wire.close();
  }
}
