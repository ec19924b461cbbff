// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.testing.Swtpm;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TpmTransportsTest {

  private static final Bytes GET_RANDOM = Bytes.fromHex("80010000000c0000017b0010");
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path folder;

  @Test
  void aSoftwareTpmAnswersOverTcp() {
    try (Swtpm tpm = Swtpm.start(folder.resolve("tpm"));
        TpmTransport transport = TpmTransports.open(tpm.address())) {
      for (int i = 0; i < 3; i++) {
        Bytes response = transport.transmit(GET_RANDOM);
        assertThat(response.size()).isEqualTo(28);
        assertThat(response.slice(0, 10)).isEqualTo(Bytes.fromHex("80010000001c00000000"));
      }
    }
  }

  @Test
  void aTpmAnswersOverAUnixSocketEvenInSmallPieces() throws Exception {
    Path socket = folder.resolve("s");
    Bytes answer = Bytes.fromHex("80010000000e00000000cafebabe");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      CompletableFuture<Void> served =
          CompletableFuture.runAsync(() -> answerInPieces(server, answer));
      try (TpmTransport transport = TpmTransports.open("unix:" + socket)) {
        assertThat(transport.transmit(GET_RANDOM)).isEqualTo(answer);
      }
      served.join();
    }
  }

  private static void answerInPieces(ServerSocketChannel server, Bytes answer) {
    try (SocketChannel client = server.accept()) {
      ByteBuffer command = ByteBuffer.allocate(GET_RANDOM.size());
      while (command.hasRemaining()) {
        client.read(command);
      }
      for (int i = 0; i < answer.size(); i++) {
        client.write(ByteBuffer.wrap(answer.slice(i, i + 1).toArray()));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aTpmThatStaysSilentIsGivenUpAndTheConnectionIsOfNoMoreUse() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TpmTransport transport = TpmTransports.open(address(silent), SHORT)) {
      assertThatThrownBy(() -> transport.transmit(GET_RANDOM))
          .isInstanceOf(TpmIoException.class)
          .hasMessageContaining("did not answer");
      assertThatThrownBy(() -> transport.transmit(GET_RANDOM)).isInstanceOf(TpmIoException.class);
    }
  }

  @Test
  void aTpmThatStopsInTheMiddleOfAResponseIsGivenUp() throws Exception {
    assertRefused("80010000000e00000000ca", "did not answer");
  }

  @Test
  void anAnnouncedSizeOutOfBoundsIsRefusedBeforeAnythingMoreIsRead() throws Exception {
    assertRefused("80010000100100000000", "announces a response of 4097 octets");
    assertRefused("8001ffffffff00000000", "announces a response of 4294967295 octets");
    assertRefused("80010000000900000000", "announces a response of 9 octets");
  }

  private void assertRefused(String answer, String why) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TpmTransport transport = TpmTransports.open(address(server), SHORT);
        Socket accepted = server.accept()) {
      OutputStream out = accepted.getOutputStream();
      out.write(Bytes.fromHex(answer).toArray());
      out.flush();
      assertThatThrownBy(() -> transport.transmit(GET_RANDOM))
          .isInstanceOf(TpmIoException.class)
          .hasMessageContaining(why);
    }
  }

  @Test
  void aClosedConnectionIsTold() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TpmTransport transport = TpmTransports.open(address(server), SHORT)) {
      server.accept().close();
      assertThatThrownBy(() -> transport.transmit(GET_RANDOM)).isInstanceOf(TpmIoException.class);
    }
  }

  private static String address(ServerSocket server) {
    return "swtpm:host=127.0.0.1,port=" + server.getLocalPort();
  }

  @Test
  void nobodyListeningIsTold() throws Exception {
    int port;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }
    assertThatThrownBy(() -> TpmTransports.open("swtpm:host=127.0.0.1,port=" + port, SHORT))
        .isInstanceOf(TpmIoException.class);
    assertThatThrownBy(() -> TpmTransports.open("unix:" + folder.resolve("none")))
        .isInstanceOf(TpmIoException.class);
  }

  /** A FIFO opened for both directions gives back what was written, as one read. */
  @Test
  void aDeviceTakesACommandAsOneWriteAndGivesAResponseToOneRead() throws Exception {
    Path fifo = folder.resolve("tpm0");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    try (TpmTransport transport = TpmTransports.open("device:" + fifo)) {
      assertThat(transport.transmit(GET_RANDOM)).isEqualTo(GET_RANDOM);
    }
  }

  @Test
  void aDeviceThatGivesNoWholeResponseIsRefused() throws Exception {
    Path empty = Files.createFile(folder.resolve("file"));
    try (TpmTransport transport = TpmTransports.open("device:" + empty)) {
      assertThatThrownBy(() -> transport.transmit(GET_RANDOM))
          .isInstanceOf(TpmIoException.class)
          .hasMessageContaining("cut to 0 octets");
    }
  }

  @Test
  void aMissingDeviceIsToldAndNotMade() {
    Path missing = folder.resolve("tpmrm0");
    assertThatThrownBy(() -> TpmTransports.open("device:" + missing))
        .isInstanceOf(TpmIoException.class)
        .hasMessageContaining("tpmrm0");
    assertThat(missing).doesNotExist();
  }

  @Test
  void anAddressOfAnotherFormIsRefused() {
    for (String address :
        new String[] {
          "", "tpmrm0", "/dev/tpmrm0", "swtpm:port=1", "swtpm:host=a,port=", "swtpm:"
        }) {
      assertThatIllegalArgumentException().isThrownBy(() -> TpmTransports.open(address));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TpmTransports.open("swtpm:host=127.0.0.1,port=65536"));
  }

  @Test
  void aCommandWhoseHeaderTellsAnotherSizeIsNotSent() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TpmTransport transport = TpmTransports.open(address(server), SHORT);
        Socket accepted = server.accept()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> transport.transmit(Bytes.fromHex("80010000000d0000017b0010")));
      assertThatIllegalArgumentException().isThrownBy(() -> transport.transmit(Bytes.EMPTY));
      InputStream in = accepted.getInputStream();
      assertThat(in.available()).isZero();
    }
  }
}
