// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.testing.PostgresTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** A real server: whatever goes wrong, and wherever, the answer is a problem document. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = "fv.http.body-timeout=2s")
@PostgresTest
@Import(ProblemTestConfiguration.class)
class ProblemDocumentsTest {

  private static final String TEST = "/problem-test";

  @LocalServerPort int port;
  @Autowired JsonMapper json;
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void anUnknownPathIsNotFound() throws Exception {
    assertProblem(get(TEST + "/missing"), ProblemCode.NOT_FOUND);
    assertProblem(get(TEST + "/json/"), ProblemCode.NOT_FOUND);
  }

  @Test
  void anotherMethodIsNotAllowedAndTheAllowedOnesAreTold() throws Exception {
    HttpResponse<String> answer =
        send(request(TEST + "/json").method("DELETE", BodyPublishers.noBody()));
    assertProblem(answer, ProblemCode.METHOD_NOT_ALLOWED);
    assertThat(answer.headers().firstValue("Allow"))
        .hasValueSatisfying(v -> assertThat(v).contains("GET"));
  }

  @Test
  void anotherAcceptedTypeIsNotAcceptable() throws Exception {
    assertProblem(
        send(request(TEST + "/json").header("Accept", "image/png")), ProblemCode.NOT_ACCEPTABLE);
    assertProblem(
        send(request(TEST + "/missing").header("Accept", "text/html")), ProblemCode.NOT_FOUND);
  }

  @Test
  void anotherContentTypeIsUnsupported() throws Exception {
    assertProblem(
        send(
            request(TEST + "/orders")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("x"))),
        ProblemCode.UNSUPPORTED_MEDIA_TYPE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json           | {",
        "empty              | ''",
        "unknown member     | {\"name\":\"a\",\"count\":1,\"more\":1}",
        "duplicate member   | {\"name\":\"a\",\"name\":\"a\",\"count\":1}",
        "second document    | {\"name\":\"a\",\"count\":1} {}",
        "text for a number  | {\"name\":\"a\",\"count\":\"1\"}",
        "fraction for int   | {\"name\":\"a\",\"count\":1.5}",
        "number for text    | {\"name\":7,\"count\":1}",
        "missing number     | {\"name\":\"a\"}",
        "array for object   | []"
      })
  void unreadableJsonIsMalformed(String why, String body) throws Exception {
    Map<String, Object> document =
        assertProblem(post(TEST + "/orders", body), ProblemCode.MALFORMED);
    assertThat(String.valueOf(document.get("detail")))
        .as(why)
        .doesNotContain("tools.jackson", "\n");
  }

  @Test
  void anUnknownMemberIsNamedWithoutItsOddCharacters() throws Exception {
    assertThat(
            assertProblem(
                    post(TEST + "/orders", "{\"name\":\"a\",\"count\":1,\"a<b>\":1}"),
                    ProblemCode.MALFORMED)
                .get("detail"))
        .isEqualTo("The member \"a?b?\" is not known.");
  }

  @Test
  void invalidValuesAreListed() throws Exception {
    assertThat(
            String.valueOf(
                assertProblem(
                        post(TEST + "/orders", "{\"name\":\"a\",\"count\":0}"), ProblemCode.INVALID)
                    .get("errors")))
        .contains("pointer=/count");
    assertThat(
            String.valueOf(
                assertProblem(get(TEST + "/parameter?wanted=0"), ProblemCode.INVALID)
                    .get("errors")))
        .contains("parameter=wanted");
  }

  @Test
  void aMissingOrUnreadableParameterIsMalformed() throws Exception {
    assertProblem(get(TEST + "/parameter"), ProblemCode.MALFORMED);
    assertProblem(get(TEST + "/number/x"), ProblemCode.MALFORMED);
  }

  @Test
  void missingCredentialsAreUnauthorizedAndTheSchemeIsTold() throws Exception {
    HttpResponse<String> answer = get(TEST + "/secured");
    assertProblem(answer, ProblemCode.UNAUTHORIZED);
    assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertProblem(
        send(request(TEST + "/json").header("Authorization", "Basic eDp5")),
        ProblemCode.UNAUTHORIZED);
  }

  @Test
  void anUnexpectedExceptionTellsNothingOfItself() throws Exception {
    HttpResponse<String> answer = get(TEST + "/throw/unexpected");
    Map<String, Object> document = assertProblem(answer, ProblemCode.INTERNAL);
    assertThat(document).doesNotContainKey("detail");
    assertThat(answer.body()).doesNotContain("secret words", "Exception");
  }

  @Test
  void aProblemCarriesItsDetailAndMembers() throws Exception {
    assertThat(assertProblem(get(TEST + "/throw/problem"), ProblemCode.UNSUPPORTED_PROTOCOL))
        .containsEntry("detail", "Version 9 is not spoken.")
        .containsEntry("spoken", "1");
  }

  @Test
  void theTimeToComeBackIsRoundedUpToSeconds() throws Exception {
    HttpResponse<String> answer = get(TEST + "/throw/retry");
    assertProblem(answer, ProblemCode.TOO_MANY_REQUESTS);
    assertThat(answer.headers().firstValue("Retry-After")).contains("2");
  }

  @ParameterizedTest
  @CsvSource({"keys", "database"})
  void aKeyServiceOrDatabaseThatIsDownIsWorthARetry(String what) throws Exception {
    HttpResponse<String> answer = get(TEST + "/throw/" + what);
    assertProblem(answer, ProblemCode.RETRY);
    assertThat(answer.headers().firstValue("Retry-After")).contains("30");
  }

  @ParameterizedTest
  @CsvSource({"duplicate", "stale"})
  void aConflictInTheDatabaseIsAConflict(String what) throws Exception {
    HttpResponse<String> answer = get(TEST + "/throw/" + what);
    assertProblem(answer, ProblemCode.CONFLICT);
    assertThat(answer.body()).doesNotContain("secret words");
  }

  @Test
  void anErrorThatTheContainerReportsIsAProblemToo() throws Exception {
    HttpResponse<String> answer = get(TEST + "/send-error");
    assertProblem(answer, ProblemCode.CONFLICT);
    assertThat(answer.body()).doesNotContain("a text that nobody");
  }

  @Test
  void aPathThatTheFirewallRejectsIsMalformed() throws Exception {
    String answer =
        raw("GET /problem-test/json;x=1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 400")
        .contains("application/problem+json", "\"code\":\"malformed\"");
  }

  @Test
  void whatTomcatRefusesByItselfIsAProblemToo() throws Exception {
    for (String head :
        new String[] {
          "GET /%zz HTTP/1.1\r\nHost: h\r\n",
          "GET / HTTP/1.1\r\n",
          "GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(20_000) + "\r\n"
        }) {
      assertThat(raw(head + "Connection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 400")
          .contains("application/problem+json", "\"code\":\"malformed\"")
          .doesNotContain("Tomcat", "<html");
    }
  }

  @Test
  void theErrorPathItselfIsAPathThatDoesNotExist() throws Exception {
    assertThat(get("/error").statusCode()).isIn(401, 403, 404);
  }

  @Test
  void theRequestIdIsOurOwnAndStandsInTheHeader() throws Exception {
    HttpResponse<String> answer = send(request(TEST + "/json").header("X-Request-Id", "forged"));
    assertThat(answer.headers().firstValue("X-Request-Id"))
        .hasValueSatisfying(id -> assertThat(id).matches("[0-9a-f]{24}"));
  }

  @Test
  void anAnnouncedBodyPastTheBoundIsRefused() throws Exception {
    assertProblem(postBytes(TEST + "/bytes", (1 << 20) + 1), ProblemCode.TOO_LARGE);
    assertThat(postBytes(TEST + "/bytes", 1 << 20).body()).isEqualTo("1048576");
  }

  @Test
  void aChunkedBodyPastTheBoundIsRefused() throws Exception {
    assertProblem(postChunked(TEST + "/bytes", (1 << 20) + 1), ProblemCode.TOO_LARGE);
    assertThat(postChunked(TEST + "/bytes", 1 << 20).body()).isEqualTo("1048576");
    String members = "{\"name\":\"" + "x".repeat(1 << 20) + "\",\"count\":1}";
    assertProblem(
        send(
            request(TEST + "/orders")
                .header("Content-Type", "application/json")
                .POST(chunked(members.getBytes(StandardCharsets.UTF_8)))),
        ProblemCode.TOO_LARGE);
  }

  @Test
  void theBoundFollowsThePath() throws Exception {
    assertThat(postBytes("/device/v1/attestations", 3 << 20).statusCode()).isNotEqualTo(413);
    assertProblem(postBytes("/device/v1/attestations", (3 << 20) + 1), ProblemCode.TOO_LARGE);
    assertProblem(postBytes("/device/v1/enrolments/proof", (128 << 10) + 1), ProblemCode.TOO_LARGE);
    assertThat(postBytes("/device/v1/enrolments/proof", 128 << 10).statusCode()).isNotEqualTo(413);
    assertProblem(postBytes("/device/v1/enrolments", (64 << 10) + 1), ProblemCode.TOO_LARGE);
    assertProblem(postBytes("/device/v1/challenges", (8 << 10) + 1), ProblemCode.TOO_LARGE);
  }

  @Test
  void aClientThatSendsAllOfARefusedBodyBeforeItListensStillGetsItsAnswer() throws Exception {
    int size = (4 << 20) - 1;
    for (int round = 0; round < 3; round++) {
      try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
        socket.setSoTimeout(10_000);
        socket.setSendBufferSize(4096);
        OutputStream out = socket.getOutputStream();
        out.write(
            ("POST /device/v1/challenges HTTP/1.1\r\nHost: h\r\nContent-Length: "
                    + size
                    + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[size]);
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 413")
            .contains("\"code\":\"too-large\"");
      }
    }
  }

  @Test
  void aCompressedBodyIsNotTaken() throws Exception {
    assertProblem(
        send(
            request(TEST + "/bytes")
                .header("Content-Type", "application/octet-stream")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(new byte[10]))),
        ProblemCode.UNSUPPORTED_MEDIA_TYPE);
  }

  @Test
  void aBodyThatComesTooSlowlyEndsTheConnection() throws Exception {
    assertThat(trickle(TEST + "/bytes", "application/octet-stream")).startsWith("HTTP/1.1 400");
  }

  @Test
  void aBodyThatNobodyReadsCannotHoldTheConnectionEither() throws Exception {
    assertThat(trickle(TEST + "/unread", "application/octet-stream")).startsWith("HTTP/1.1 200");
  }

  @Test
  void everyCodeHasItsOwnName() {
    assertThat(Arrays.stream(ProblemCode.values()).map(ProblemCode::code))
        .doesNotHaveDuplicates()
        .allMatch(code -> code.matches("[a-z]+(-[a-z]+)*"));
    for (ProblemCode code : ProblemCode.values()) {
      assertThat(ProblemCode.ofStatus(code.status()).status()).isEqualTo(code.status());
    }
  }

  /**
   * Announces a body, sends an octet each 100 ms, and returns what came until the server closed.
   */
  private String trickle(String path, String type) throws Exception {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket.setSoTimeout(100);
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST "
                  + path
                  + " HTTP/1.1\r\nHost: h\r\nContent-Type: "
                  + type
                  + "\r\nContent-Length: 100000\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      ByteArrayOutputStream received = new ByteArrayOutputStream();
      long start = System.nanoTime();
      while (Duration.ofNanos(System.nanoTime() - start).toSeconds() < 8) {
        try {
          out.write('x');
          int octet = socket.getInputStream().read();
          if (octet < 0) {
            return received.toString(StandardCharsets.UTF_8);
          }
          received.write(octet);
        } catch (java.net.SocketTimeoutException silence) {
          // nothing said yet: send the next octet
        } catch (IOException closed) {
          return received.toString(StandardCharsets.UTF_8);
        }
      }
      throw new AssertionError("the server still keeps the connection");
    }
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(20));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> postBytes(String path, int size) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(new byte[size])));
  }

  private HttpResponse<String> postChunked(String path, int size) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/octet-stream")
            .POST(chunked(new byte[size])));
  }

  private static HttpRequest.BodyPublisher chunked(byte[] body) {
    return BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body));
  }

  private Map<String, Object> assertProblem(HttpResponse<String> answer, ProblemCode code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(code.status());
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    Map<String, Object> document = json.readValue(answer.body(), new TypeReference<>() {});
    assertThat(document)
        .containsEntry("type", "/problems/" + code.code())
        .containsEntry("title", code.title())
        .containsEntry("status", code.status())
        .containsEntry("code", code.code())
        .containsEntry("retryable", code.retryable())
        .containsEntry("requestId", answer.headers().firstValue("X-Request-Id").orElseThrow());
    return document;
  }
}
