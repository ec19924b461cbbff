// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.transport.TpmTransport;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.BinaryOperator;

/** Stands between the program and its TPM, and may change what the TPM says. */
final class TpmProxy implements AutoCloseable {

  private static final int HEADER = 10;

  private final ServerSocket listener;
  private final TpmTransport tpm;
  private final BinaryOperator<Bytes> change;

  /**
   * Starts one.
   *
   * @param change from command and honest response to the response given
   */
  TpmProxy(TpmTransport tpm, BinaryOperator<Bytes> change) {
    this.tpm = tpm;
    this.change = change;
    try {
      this.listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofPlatform().daemon().start(this::listen);
  }

  String address() {
    return "swtpm:host=127.0.0.1,port=" + listener.getLocalPort();
  }

  private void listen() {
    while (!listener.isClosed()) {
      try (Socket connection = listener.accept()) {
        serve(connection);
      } catch (IOException over) {
        // The program hung up, or the test is over: the next connection, if any, is a new one.
      }
    }
  }

  private void serve(Socket connection) throws IOException {
    DataInputStream in = new DataInputStream(connection.getInputStream());
    OutputStream out = connection.getOutputStream();
    while (true) {
      Bytes command = read(in);
      out.write(change.apply(command, tpm.transmit(command)).toArray());
      out.flush();
    }
  }

  private static Bytes read(DataInputStream in) throws IOException {
    byte[] header = in.readNBytes(HEADER);
    if (header.length < HEADER) {
      throw new EOFException("no further command");
    }
    Bytes head = Bytes.copyOf(header);
    int size = Integer.parseInt(head.slice(2, 6).toHex(), 16);
    return Bytes.concat(head, Bytes.copyOf(in.readNBytes(size - HEADER)));
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
