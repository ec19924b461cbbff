// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.testing;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.transport.TpmTransport;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Whoever listens on the bus between processor and TPM: keeps every octet that went by. */
public final class RecordingTransport implements TpmTransport {

  private final TpmTransport wire;
  private final List<Bytes> heard = new ArrayList<>();

  public RecordingTransport(TpmTransport wire) {
    this.wire = wire;
  }

  @Override
  public Bytes transmit(Bytes command) {
    heard.add(command);
    Bytes response = wire.transmit(command);
    heard.add(response);
    return response;
  }

  /** Whether these octets went by in one message, at any place of it. */
  public boolean heard(byte[] octets) {
    String wanted = HexFormat.of().formatHex(octets);
    return heard.stream().anyMatch(message -> message.toHex().contains(wanted));
  }

  /** The messages, commands and responses in turn. */
  public List<Bytes> messages() {
    return List.copyOf(heard);
  }

  @Override
  public void close() {
    wire.close();
  }
}
