// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.access.ApiTokens;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.home.Home;
import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.server.testing.PostgresTest;
import io.fleetverifier.server.uki.PeWriter;
import io.fleetverifier.server.uki.Uki;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A real server, and clients that send images in every way that a client should not. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = "fv.http.body-timeout=2s")
@PostgresTest
class ImageUploadTest {

  private static final String OCTETS = "application/octet-stream";
  private static final String CURLS_DEFAULT = "application/x-www-form-urlencoded";
  private static final int MIB = 1 << 20;
  private static final byte[] PIECE = new byte[64 << 10];

  @LocalServerPort int port;
  @Autowired ApiTokens tokens;
  @Autowired Home home;
  private final HttpClient client = HttpClient.newHttpClient();
  private final String name = "b-" + UUID.randomUUID();
  private String engineer;

  @BeforeEach
  void engineerAndBaseline() throws Exception {
    engineer = token(Role.SECURITY_ENGINEER);
    HttpRequest request =
        request("/api/v1/baselines")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"name\":\"" + name + "\",\"aspect\":\"image\"}"))
            .build();
    assertThat(send(request).statusCode()).isEqualTo(201);
  }

  private String token(Role role) {
    return tokens.issue("test", "upload", role, Duration.ofHours(1)).token();
  }

  private String path() {
    return path("from-image");
  }

  private String path(String route) {
    return "/api/v1/baselines/" + name + "/versions/" + route + "?label=1";
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(60))
        .header("Authorization", "Bearer " + engineer);
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** An image with an initrd of this many octets. */
  private static Bytes image(int octets) {
    return new PeWriter()
        .section(".linux", "KERNEL")
        .section(".osrel", "NAME=x\n")
        .section(".initrd", Bytes.zeros(octets))
        .toBytes();
  }

  @ParameterizedTest
  @ValueSource(strings = {OCTETS, CURLS_DEFAULT})
  void anImageLargerThanOtherBodiesIsTaken(String type) throws Exception {
    assertTaken(image(9 * MIB), type);
    assertThat(filesLeft()).isEmpty();
  }

  @Test
  void aLogIsTakenAsCurlSendsIt() throws Exception {
    Bytes log = EvidenceFolder.bytes(EvidenceFolder.boot("d-sb-on", "binary_bios_measurements"));
    HttpResponse<String> answer =
        send(
            request(path("from-log") + "&pcrs=4")
                .header("Content-Type", CURLS_DEFAULT)
                .POST(BodyPublishers.ofByteArray(log.toArray()))
                .build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(answer.body()).contains(log.sha256().toHex());
  }

  /** A body never speaks for the query, also where it is called a form and is one. */
  @ParameterizedTest
  @ValueSource(strings = {"from-image", "from-log"})
  void aFormIsAFileAndSetsNoParameters(String route) throws Exception {
    HttpResponse<String> answer =
        send(
            request("/api/v1/baselines/" + name + "/versions/" + route)
                .header("Content-Type", CURLS_DEFAULT)
                .POST(BodyPublishers.ofString("label=2&pcrs=4"))
                .build());
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains("label");
  }

  /** Sends the image once with its size and once without. */
  private void assertTaken(Bytes image, String type) throws Exception {
    HttpResponse<String> announced =
        send(
            request(path())
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(image.toArray()))
                .build());
    assertThat(announced.statusCode()).as(announced.body()).isEqualTo(201);
    assertThat(announced.body()).contains(image.sha256().toHex());
    HttpResponse<String> chunked =
        send(
            request(path())
                .header("Content-Type", type)
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(image.toArray())))
                .build());
    assertThat(chunked.statusCode()).as(chunked.body()).isEqualTo(201);
  }

  @Test
  void anImageThatSaysItIsTooLargeIsRefusedUnread() throws Exception {
    try (Upload upload = new Upload(engineer, Uki.LARGEST_SIZE + 1, "Expect: 100-continue\r\n")) {
      assertThat(upload.answer()).startsWith("HTTP/1.1 413").contains("\"code\":\"too-large\"");
    }
    try (Upload upload = new Upload(engineer, Uki.LARGEST_SIZE, "Expect: 100-continue\r\n")) {
      assertThat(upload.read(12)).isEqualTo("HTTP/1.1 100");
    }
  }

  /** What is called a form is easily read by somebody who looks for parameters in it. */
  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
  void ofAStrangerNoFormIsReadWhateverTheMethod(String method) throws Exception {
    String wait = "Expect: 100-continue\r\n";
    try (Upload upload = new Upload(method, CURLS_DEFAULT, "fva_nobody", MIB, wait)) {
      assertThat(upload.answer()).startsWith("HTTP/1.1 401");
    }
    try (Upload upload = new Upload(method, CURLS_DEFAULT, "fva_nobody", 2 * MIB, wait)) {
      assertThat(upload.answer())
          .startsWith(method.equals("POST") ? "HTTP/1.1 401" : "HTTP/1.1 413");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Role.class,
      names = {"SECURITY_ENGINEER", "ADMIN"},
      mode = EnumSource.Mode.EXCLUDE)
  void whoMayNotUploadIsToldSoBeforeSending(Role role) throws Exception {
    try (Upload upload = new Upload(token(role), Uki.LARGEST_SIZE, "Expect: 100-continue\r\n")) {
      assertThat(upload.answer()).startsWith("HTTP/1.1 403");
    }
  }

  @Test
  void whoHasNoTokenCannotMakeTheServerReadTheImage() throws Exception {
    try (Upload upload = new Upload("fva_nothing", Uki.LARGEST_SIZE, "")) {
      long sent = upload.sendUntilClosed(64L * MIB);
      assertThat(sent).isLessThan(64L * MIB);
    }
    assertThat(filesLeft()).isEmpty();
  }

  @Test
  void aBrokenUploadLeavesNothingAndFreesItsPlace() throws Exception {
    for (int round = 0; round < 5; round++) {
      try (Upload upload = new Upload(engineer, 8 * MIB, "")) {
        upload.send(MIB);
        await(() -> filesLeft().size() == 1);
      }
      await(() -> filesLeft().isEmpty());
    }
    assertTaken(image(MIB), OCTETS);
  }

  @Test
  void aSlowUploadIsCutOffAndASteadyOneIsNot() throws Exception {
    Bytes image = image(2 * MIB);
    long start = System.nanoTime();
    try (Upload steady = new Upload(engineer, image.size(), "")) {
      // Three seconds in all: longer than other bodies may take, but faster than 256 KiB/s.
      for (int at = 0; at < image.size(); at += 256 << 10) {
        steady.send(image.slice(at, Math.min(image.size(), at + (256 << 10))).toArray());
        if (at + (256 << 10) < image.size()) {
          steady.expectSilence(Duration.ofMillis(350));
        }
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start).toMillis()).isGreaterThan(2_000);
      assertThat(steady.answer()).startsWith("HTTP/1.1 201");
    }
    try (Upload slow = new Upload(engineer, image.size(), "")) {
      assertThat(slow.trickleUntilClosed(Duration.ofSeconds(10))).isTrue();
    }
    await(() -> filesLeft().isEmpty());
  }

  @Test
  void twoAtATimeAndTheThirdIsToldToComeBack() throws Exception {
    Bytes image = image(MIB);
    List<Upload> first = new ArrayList<>();
    try {
      for (int i = 0; i < 2; i++) {
        Upload upload = new Upload(engineer, image.size(), "");
        first.add(upload);
        upload.send(image.slice(0, 1000).toArray());
      }
      await(() -> filesLeft().size() == 2);
      try (Upload third = new Upload(engineer, image.size(), "Expect: 100-continue\r\n")) {
        assertThat(third.answer())
            .startsWith("HTTP/1.1 503")
            .contains("Retry-After: 30", "\"code\":\"retry\"");
      }
      for (Upload upload : first) {
        upload.send(image.slice(1000).toArray());
        assertThat(upload.answer()).startsWith("HTTP/1.1 201");
      }
      try (Upload next = new Upload(engineer, image.size(), "")) {
        next.send(image.toArray());
        assertThat(next.answer()).startsWith("HTTP/1.1 201");
      }
    } finally {
      for (Upload upload : first) {
        upload.close();
      }
    }
    assertThat(filesLeft()).isEmpty();
  }

  private List<Path> filesLeft() {
    Path folder = home.root().resolve("uploads");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** One connection that announced an image of so many octets and sends what it is told to. */
  private final class Upload implements AutoCloseable {

    private final Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);

    Upload(String token, long size, String headers) throws IOException {
      this("POST", OCTETS, token, size, headers);
    }

    Upload(String method, String type, String token, long size, String headers) throws IOException {
      socket.setSoTimeout(20_000);
      String head =
          method
              + " "
              + path()
              + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAuthorization: Bearer "
              + token
              + "\r\nContent-Type: "
              + type
              + "\r\nContent-Length: "
              + size
              + "\r\n"
              + headers
              + "\r\n";
      send(head.getBytes(StandardCharsets.US_ASCII));
    }

    void send(byte[] octets) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(octets);
      out.flush();
    }

    void send(int octets) throws IOException {
      send(new byte[octets]);
    }

    /** Sends zeros; returns how many before the server would have no more. */
    long sendUntilClosed(long most) {
      long sent = 0;
      try {
        while (sent < most) {
          send(PIECE);
          sent += PIECE.length;
        }
      } catch (IOException closed) {
        // The server has closed the connection, as it should.
      }
      return sent;
    }

    /** Waits, and fails if the server says anything meanwhile. */
    void expectSilence(Duration time) throws IOException {
      socket.setSoTimeout((int) time.toMillis());
      try {
        int octet = socket.getInputStream().read();
        throw new AssertionError("the server says " + octet);
      } catch (SocketTimeoutException silent) {
        socket.setSoTimeout(20_000);
      }
    }

    /** Sends an octet each 100 ms; returns whether the server closed within the time. */
    boolean trickleUntilClosed(Duration time) throws IOException {
      long start = System.nanoTime();
      socket.setSoTimeout(100);
      while (System.nanoTime() - start < time.toNanos()) {
        try {
          send(1);
          if (socket.getInputStream().read() < 0) {
            return true;
          }
        } catch (SocketTimeoutException silence) {
          // nothing said yet: send the next octet
        } catch (IOException closed) {
          return true;
        }
      }
      return false;
    }

    String read(int octets) throws IOException {
      return new String(socket.getInputStream().readNBytes(octets), StandardCharsets.UTF_8);
    }

    String answer() throws IOException {
      ByteArrayOutputStream received = new ByteArrayOutputStream();
      socket.getInputStream().transferTo(received);
      return received.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
