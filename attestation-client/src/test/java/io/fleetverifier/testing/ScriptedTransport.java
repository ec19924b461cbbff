// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.testing;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.transport.TpmIoException;
import io.fleetverifier.transport.TpmTransport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A TPM that gives prepared responses, whatever it is asked. */
public final class ScriptedTransport implements TpmTransport {

  private final List<Bytes> sent;
  private final Deque<Bytes> responses;

  /**
   * Prepares the responses.
   *
   * @param sent where the commands are kept
   */
  public ScriptedTransport(List<Bytes> sent, Bytes... responses) {
    this.sent = sent;
    this.responses = new ArrayDeque<>(List.of(responses));
  }

  @Override
  public Bytes transmit(Bytes command) {
    sent.add(command);
    Bytes response = responses.poll();
    if (response == null) {
      throw new TpmIoException("nothing more is prepared");
    }
    return response;
  }

  @Override
  public void close() {}
}
