// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.AttestationRequest;
import io.fleetverifier.protocol.Challenge;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.protocol.EnrolmentChallenge;
import io.fleetverifier.protocol.EnrolmentProof;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The server as a device reaches it (section 1): HTTPS to a pinned CA, one JSON document each way.
 * Its addresses are tried in turn, from the one that answered last; any answer of the protocol,
 * also a refusal, ends the turn.
 *
 * <p>Every method throws {@link ServerProblemException} for a refusal and {@link
 * ServerUnreachableException} when no address answers as the protocol says.
 */
public final class AttestationServer implements AutoCloseable {

  /** The largest answer taken, in octets. */
  public static final int LARGEST_ANSWER = 256 * 1024;

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration EXCHANGE = Duration.ofSeconds(60);
  private static final String PATH = "/device/v1/";
  private static final String REQUEST_ID = "X-Request-Id";
  private static final int LONGEST_RETRY_AFTER = 9;

  private final List<URI> urls;
  private final Duration exchangeTimeout;
  private final HttpClient http;
  private int answeredLast;
  private @Nullable String lastRequestId;

  public AttestationServer(Pins pins) {
    this(pins, CONNECT, EXCHANGE);
  }

  /**
   * With other time-outs.
   *
   * @param connect longest wait for a connection
   * @param exchange longest wait for a whole answer
   */
  public AttestationServer(Pins pins, Duration connect, Duration exchange) {
    this.urls = pins.urls();
    this.exchangeTimeout = exchange;
    SSLParameters checkNames = new SSLParameters();
    checkNames.setEndpointIdentificationAlgorithm("HTTPS");
    this.http =
        HttpClient.newBuilder()
            .sslContext(trusting(pins))
            .sslParameters(checkNames)
            .connectTimeout(connect)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  private static SSLContext trusting(Pins pins) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManager[] managers = {new PinnedTrustManager(pins.authorities())};
      context.init(null, managers, null);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this Java platform has no TLS", impossible);
    }
  }

  /** Begins an enrolment (section 4, step 2). */
  public EnrolmentChallenge enrol(EnrolmentRequest request) {
    return post("enrolments", request, EnrolmentChallenge.class);
  }

  /** Ends an enrolment (section 4, step 5). */
  public EnrolmentResult prove(EnrolmentProof proof) {
    return post("enrolments/proof", proof, EnrolmentResult.class);
  }

  /** Asks for a challenge (section 5). */
  public Challenge challenge(ChallengeRequest request) {
    return post("challenges", request, Challenge.class);
  }

  /** Hands in evidence (section 6). */
  public AttestationAnswer attest(AttestationRequest request) {
    return post("attestations", request, AttestationAnswer.class);
  }

  /**
   * The id that the server gave to the last request, for people who ask about it; empty when no
   * answer came.
   */
  public Optional<String> lastRequestId() {
    return Optional.ofNullable(lastRequestId);
  }

  private <T> T post(String path, Object message, Class<T> answer) {
    byte[] body = WireJson.strict().writeValueAsBytes(message);
    List<Exception> failures = new ArrayList<>();
    lastRequestId = null;
    for (int turn = 0; turn < urls.size(); turn++) {
      int index = (answeredLast + turn) % urls.size();
      try {
        T decoded = exchange(endpoint(urls.get(index), path), body, answer);
        answeredLast = index;
        return decoded;
      } catch (ServerProblemException e) {
        answeredLast = index;
        throw e;
      } catch (IOException e) {
        failures.add(e);
      }
    }
    throw unreachable(failures);
  }

  private static URI endpoint(URI base, String path) {
    String text = base.toString();
    return URI.create(
        (text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + PATH + path);
  }

  private ServerUnreachableException unreachable(List<Exception> failures) {
    StringBuilder message = new StringBuilder("the server cannot be reached");
    failures.forEach(failure -> message.append("; ").append(failure.getMessage()));
    ServerUnreachableException unreachable = new ServerUnreachableException(message.toString());
    failures.forEach(unreachable::addSuppressed);
    return unreachable;
  }

  private <T> T exchange(URI url, byte[] body, Class<T> answer) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, application/problem+json")
            .header("User-Agent", ClientVersion.text())
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    HttpResponse<Bytes> response = send(url, request);
    lastRequestId = response.headers().firstValue(REQUEST_ID).orElse(null);
    if (response.statusCode() / 100 != 2) {
      throw problem(url, response);
    }
    try {
      return WireJson.lenient().readValue(response.body().toArray(), answer);
    } catch (JacksonException e) {
      throw new IOException(url + ": the answer is none of this protocol", e);
    }
  }

  private HttpResponse<Bytes> send(URI url, HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<Bytes>> sent =
        http.sendAsync(request, info -> new BoundedBody(LARGEST_ANSWER));
    try {
      return sent.get(exchangeTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(url + ": " + innermost(e), e);
    } catch (TimeoutException e) {
      throw new IOException(url + ": no whole answer in " + exchangeTimeout.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(url + ": interrupted", e);
    } finally {
      // Of an exchange that is over, nothing is left to be cancelled.
      sent.cancel(true);
    }
  }

  private static String innermost(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /** The problem document; a failing proxy has none, then the next address may do better. */
  private static ServerProblemException problem(URI url, HttpResponse<Bytes> response)
      throws IOException {
    int status = response.statusCode();
    Problem document = decodeProblem(response);
    String code = document == null ? null : document.code();
    if (document == null || code == null) {
      if (status / 100 == 4) {
        return new ServerProblemException("http-" + status, status, retryAfter(response), null);
      }
      throw new IOException(url + ": HTTP status " + status);
    }
    return new ServerProblemException(code, status, retryAfter(response), document.reason());
  }

  private static @Nullable Problem decodeProblem(HttpResponse<Bytes> response) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    if (!type.startsWith("application/problem+json")) {
      return null;
    }
    try {
      return WireJson.lenient().readValue(response.body().toArray(), Problem.class);
    } catch (JacksonException e) {
      // Not a problem document after all: told by its status.
      return null;
    }
  }

  /** Seconds only: a date is of no use to a device whose clock is wrong. */
  private static @Nullable Duration retryAfter(HttpResponse<Bytes> response) {
    Optional<String> seconds =
        response
            .headers()
            .firstValue("Retry-After")
            .filter(text -> text.matches("[0-9]{1," + LONGEST_RETRY_AFTER + "}"));
    return seconds.map(text -> Duration.ofSeconds(Long.parseLong(text))).orElse(null);
  }

  /** Ends all connections. */
  @Override
  public void close() {
    http.shutdownNow();
  }
}
