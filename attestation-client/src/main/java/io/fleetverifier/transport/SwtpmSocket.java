// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.transport;

import io.fleetverifier.bytes.Bytes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A software TPM behind the data socket of {@code swtpm socket}, over TCP or a Unix socket.
 * Commands and responses follow each other on the stream with nothing between them. There is no
 * resource manager: three objects and three sessions are all that fit.
 */
public final class SwtpmSocket implements TpmTransport {

  private final String name;
  private final Duration timeout;
  private final SocketChannel channel;
  private final Selector selector;

  private SwtpmSocket(String name, Duration timeout, SocketChannel channel, Selector selector) {
    this.name = name;
    this.timeout = timeout;
    this.channel = channel;
    this.selector = selector;
  }

  /**
   * Connects over TCP.
   *
   * @param timeout longest wait for the connection, and for each whole response
   * @throws TpmIoException when nobody answers there
   */
  public static SwtpmSocket tcp(String host, int port, Duration timeout) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new TpmIoException("no address is known for host " + host);
    }
    return connect("swtpm at " + host + ":" + port, StandardProtocolFamily.INET, address, timeout);
  }

  /**
   * Connects over a Unix socket.
   *
   * @param timeout longest wait for each whole response
   * @throws TpmIoException when nobody answers there
   */
  public static SwtpmSocket unix(Path socket, Duration timeout) {
    return connect(
        "swtpm at " + socket,
        StandardProtocolFamily.UNIX,
        UnixDomainSocketAddress.of(socket),
        timeout);
  }

  private static SwtpmSocket connect(
      String name, StandardProtocolFamily family, SocketAddress address, Duration timeout) {
    SwtpmSocket socket = null;
    try {
      SocketChannel channel =
          family == StandardProtocolFamily.UNIX ? SocketChannel.open(family) : SocketChannel.open();
      socket = new SwtpmSocket(name, timeout, channel, Selector.open());
      socket.connect(address);
      return socket;
    } catch (IOException e) {
      throw new TpmIoException("cannot connect to " + name, e);
    }
  }

  private void connect(SocketAddress address) throws IOException {
    try {
      channel.configureBlocking(false);
      if (address instanceof InetSocketAddress) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      SelectionKey key = channel.register(selector, 0);
      long deadline = deadline();
      if (!channel.connect(address)) {
        await(key, SelectionKey.OP_CONNECT, deadline);
        channel.finishConnect();
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public Bytes transmit(Bytes command) {
    Framing.requireCommand(command);
    try {
      return exchange(command, deadline());
    } catch (IOException e) {
      close();
      throw new TpmIoException("the connection to " + name + " failed", e);
    } catch (TpmIoException e) {
      // What may still arrive would be taken for the answer to the next command.
      close();
      throw e;
    }
  }

  private Bytes exchange(Bytes command, long deadline) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(command.toArray());
    while (out.hasRemaining()) {
      if (channel.write(out) == 0) {
        await(key(), SelectionKey.OP_WRITE, deadline);
      }
    }
    Bytes header = read(Framing.HEADER, deadline);
    Bytes rest = read(Framing.responseSize(header) - Framing.HEADER, deadline);
    return Bytes.concat(header, rest);
  }

  private Bytes read(int size, long deadline) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(size);
    while (in.hasRemaining()) {
      int count = channel.read(in);
      if (count < 0) {
        throw new TpmIoException(name + " closed the connection");
      }
      if (count == 0) {
        await(key(), SelectionKey.OP_READ, deadline);
      }
    }
    return Bytes.copyOf(in.array());
  }

  private SelectionKey key() {
    SelectionKey key = channel.keyFor(selector);
    if (key == null) {
      throw new TpmIoException("the connection to " + name + " is closed");
    }
    return key;
  }

  private void await(SelectionKey key, int operation, long deadline) throws IOException {
    long left = (deadline - System.nanoTime()) / 1_000_000;
    key.interestOps(operation);
    if (left <= 0 || selector.select(ready -> {}, left) == 0) {
      throw new TpmIoException(name + " did not answer within " + timeout.toSeconds() + " s");
    }
  }

  private long deadline() {
    return System.nanoTime() + timeout.toNanos();
  }

  @Override
  public void close() {
    try (selector) {
      channel.close();
    } catch (IOException e) {
      throw new TpmIoException("cannot close the connection to " + name, e);
    }
  }
}
