// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Challenge;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.protocol.P256;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.testing.HttpsTestServer;
import io.fleetverifier.testing.HttpsTestServer.Answer;
import io.fleetverifier.testing.TestCa;
import io.fleetverifier.testing.TestCa.Validity;
import java.net.URI;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class AttestationServerTest {

  private static final ChallengeRequest REQUEST =
      new ChallengeRequest(1, Bytes.zeros(34), Purpose.REPORT, List.of());
  private static final Bytes CHALLENGE =
      Bytes.utf8("{\"protocol\":1,\"token\":\"AAEC\",\"expiresIn\":300,\"new\":true}");
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Bytes ANSWER_KEY = point();

  private final TestCa ca = TestCa.root("pinned", Validity.now());

  private static Bytes point() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(P256.parameters());
      return P256.encode((ECPublicKey) generator.generateKeyPair().getPublic());
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Answer challenge(HttpsTestServer.Request request) {
    return Answer.json(201, CHALLENGE);
  }

  private static Challenge ask(List<TestCa> pinned, URI... urls) {
    return ask(LONG, pinned, urls);
  }

  private static Challenge ask(Duration exchange, List<TestCa> pinned, URI... urls) {
    Pins pins =
        new Pins(
            List.of(urls), pinned.stream().map(TestCa::certificate).toList(), List.of(ANSWER_KEY));
    try (AttestationServer server = new AttestationServer(pins, LONG, exchange)) {
      return server.challenge(REQUEST);
    }
  }

  private static void assertUnreachable(String why, List<TestCa> pinned, URI... urls) {
    assertThatThrownBy(() -> ask(pinned, urls))
        .isInstanceOf(ServerUnreachableException.class)
        .hasMessageContaining(why);
  }

  private void assertPasses(SSLContext tls, String host, TestCa... pinned) {
    try (HttpsTestServer server = HttpsTestServer.start(tls, AttestationServerTest::challenge)) {
      assertThat(ask(List.of(pinned), server.url(host)).token()).isEqualTo(Bytes.of(0, 1, 2));
    }
  }

  private static void assertNoTrust(SSLContext tls, String host, TestCa... pinned) {
    try (HttpsTestServer server = HttpsTestServer.start(tls, AttestationServerTest::challenge)) {
      assertThatThrownBy(() -> ask(List.of(pinned), server.url(host)))
          .isInstanceOf(ServerUnreachableException.class);
      assertThat(server.requests()).as("nothing was said to it").isEmpty();
    }
  }

  @Test
  void aServerOfAPinnedCaIsTrustedByNameAndByAddress() {
    SSLContext tls = ca.server(Validity.now(), "localhost", "127.0.0.1");
    assertPasses(tls, "localhost", ca);
    assertPasses(tls, "127.0.0.1", ca);
  }

  @Test
  void anyOfSeveralPinnedCasLeadsToTrust() {
    TestCa older = TestCa.root("older", Validity.now());
    assertPasses(ca.server(Validity.now(), "localhost"), "localhost", older, ca);
    assertPasses(older.server(Validity.now(), "localhost"), "localhost", older, ca);
  }

  @Test
  void anExpiredCertificateOfAPinnedCaIsTrustedBecauseClocksAreWrong() {
    assertPasses(ca.server(Validity.longAgo(), "localhost"), "localhost", ca);
  }

  @Test
  void aCertificateOfTheFutureIsTrustedBecauseClocksAreWrong() {
    assertPasses(ca.server(Validity.inTenYears(), "localhost"), "localhost", ca);
  }

  @Test
  void anExpiredPinnedCaIsTrustedBecauseClocksAreWrong() {
    TestCa expired = TestCa.root("expired", Validity.longAgo());
    assertPasses(expired.server(Validity.longAgo(), "localhost"), "localhost", expired);
  }

  @Test
  void aPathOverAnIntermediateIsFollowedWhateverItsDates() {
    TestCa expired = ca.intermediate("intermediate", Validity.longAgo());
    assertPasses(expired.server(Validity.longAgo(), "localhost"), "localhost", ca);
  }

  @Test
  void aServerOfAnotherCaIsRefused() {
    TestCa other = TestCa.root("other", Validity.now());
    assertNoTrust(other.server(Validity.now(), "localhost"), "localhost", ca);
  }

  @Test
  void aServerOfAnotherCaOfTheSameNameIsRefused() {
    TestCa impostor = TestCa.root("pinned", Validity.now());
    assertNoTrust(impostor.server(Validity.now(), "localhost"), "localhost", ca);
  }

  @Test
  void aCertificateForAnotherNameIsRefused() {
    assertNoTrust(ca.server(Validity.now(), "elsewhere.example"), "localhost", ca);
    assertNoTrust(ca.server(Validity.longAgo(), "elsewhere.example"), "localhost", ca);
    assertNoTrust(ca.server(Validity.now(), "localhost"), "127.0.0.1", ca);
  }

  @Test
  void aRequestIsOneJsonPostBelowTheBasePath() {
    try (HttpsTestServer server =
        HttpsTestServer.start(
            ca.server(Validity.now(), "localhost"), AttestationServerTest::challenge)) {
      ask(List.of(ca), URI.create(server.url("localhost") + "/behind/a/proxy/"));
      HttpsTestServer.Request request = server.requests().get(0);
      assertThat(request.method()).isEqualTo("POST");
      assertThat(request.path()).isEqualTo("/behind/a/proxy/device/v1/challenges");
      assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/json");
      assertThat(request.headers().getFirst("Accept"))
          .isEqualTo("application/json, application/problem+json");
      assertThat(request.headers().getFirst("User-Agent")).startsWith("fleet-verifier/");
      assertThat(new String(request.body().toArray(), UTF_8))
          .isEqualTo(
              "{\"protocol\":1,\"akName\":\""
                  + Bytes.zeros(34).toBase64Url()
                  + "\",\"purpose\":\"report\",\"wanted\":[]}");
    }
  }

  private ServerProblemException refusal(Answer answer) {
    try (HttpsTestServer server =
        HttpsTestServer.start(ca.server(Validity.now(), "localhost"), request -> answer)) {
      return org.assertj.core.api.Assertions.catchThrowableOfType(
          ServerProblemException.class, () -> ask(List.of(ca), server.url("localhost")));
    }
  }

  @Test
  void aProblemTellsItsCodeStatusRetryAfterAndReason() {
    ServerProblemException problem =
        refusal(
            Answer.problem(
                403,
                "{\"type\":\"about:blank\",\"status\":403,\"code\":\"enrolment-refused\","
                    + "\"reason\":\"AK_CHANGED\",\"retryable\":false,\"unheard\":1}",
                Map.of("Retry-After", "120")));
    assertThat(problem.code()).isEqualTo("enrolment-refused");
    assertThat(problem.status()).isEqualTo(403);
    assertThat(problem.reason()).contains("AK_CHANGED");
    assertThat(problem.retryAfter()).contains(Duration.ofMinutes(2));
  }

  @Test
  void aDateInRetryAfterIsOfNoUse() {
    ServerProblemException problem =
        refusal(
            Answer.problem(
                503,
                "{\"status\":503,\"code\":\"retry\",\"retryable\":true}",
                Map.of("Retry-After", "Fri, 31 Dec 2027 23:59:59 GMT")));
    assertThat(problem.code()).isEqualTo("retry");
    assertThat(problem.retryAfter()).isEmpty();
  }

  @Test
  void aRefusalWithoutAProblemDocumentIsToldByItsStatus() {
    assertThat(refusal(Answer.json(404, Bytes.utf8("{}"))).code()).isEqualTo("http-404");
    assertThat(refusal(Answer.problem(400, "not JSON", Map.of())).code()).isEqualTo("http-400");
  }

  @Test
  void aProblemDocumentNeedsNoMoreThanItsCode() {
    ServerProblemException problem =
        refusal(Answer.problem(409, "{\"code\":\"challenge-expired\"}", Map.of()));
    assertThat(problem.code()).isEqualTo(ServerProblemException.CHALLENGE_EXPIRED);
    assertThat(problem.status()).isEqualTo(409);
    assertThat(refusal(Answer.problem(418, "{\"status\":418}", Map.of())).code())
        .isEqualTo("http-418");
  }

  @Test
  void addressesAreTriedInTurnUntilOneAnswers() {
    SSLContext tls = ca.server(Validity.now(), "localhost");
    TestCa other = TestCa.root("other", Validity.now());
    try (HttpsTestServer stranger =
            HttpsTestServer.start(
                other.server(Validity.now(), "localhost"), AttestationServerTest::challenge);
        HttpsTestServer failingProxy =
            HttpsTestServer.start(tls, r -> new Answer(502, "text/html", Map.of(), Bytes.EMPTY));
        HttpsTestServer good = HttpsTestServer.start(tls, AttestationServerTest::challenge)) {
      Pins pins =
          new Pins(
              List.of(
                  URI.create("https://localhost:1"),
                  stranger.url("localhost"),
                  failingProxy.url("localhost"),
                  good.url("localhost")),
              List.of(ca.certificate()),
              List.of(ANSWER_KEY));
      try (AttestationServer server = new AttestationServer(pins, LONG, LONG)) {
        server.challenge(REQUEST);
        server.challenge(REQUEST);
      }
      assertThat(failingProxy.requests()).as("the one that answered is asked first").hasSize(1);
      assertThat(good.requests()).hasSize(2);
    }
  }

  @Test
  void aProblemEndsTheTurn() {
    SSLContext tls = ca.server(Validity.now(), "localhost");
    String problem = "{\"status\":403,\"code\":\"not-enrolled\",\"retryable\":true}";
    try (HttpsTestServer first =
            HttpsTestServer.start(tls, r -> Answer.problem(403, problem, Map.of()));
        HttpsTestServer second = HttpsTestServer.start(tls, AttestationServerTest::challenge)) {
      assertThatThrownBy(() -> ask(List.of(ca), first.url("localhost"), second.url("localhost")))
          .isInstanceOf(ServerProblemException.class);
      assertThat(second.requests()).isEmpty();
    }
  }

  @Test
  void whatWentWrongAtEachAddressIsTold() {
    assertThatThrownBy(() ->
            ask(List.of(ca), URI.create("https://localhost:1"), URI.create("https://localhost:2")))
        .isInstanceOfSatisfying(
            ServerUnreachableException.class, e -> assertThat(e.getSuppressed()).hasSize(2))
        .hasMessageContaining("https://localhost:1/device/v1/challenges")
        .hasMessageContaining("https://localhost:2/device/v1/challenges");
  }

  private void assertNoAnswer(String why, HttpsTestServer.Handler handler) {
    try (HttpsTestServer server =
        HttpsTestServer.start(ca.server(Validity.now(), "localhost"), handler)) {
      assertUnreachable(why, List.of(ca), server.url("localhost"));
    }
  }

  @Test
  void anAnswerThatIsTooLargeIsCutOff() {
    Bytes large = Bytes.utf8(" ".repeat(AttestationServer.LARGEST_ANSWER + 1));
    assertNoAnswer("larger than 262144 octets", request -> Answer.json(201, large));
    Bytes fits = Bytes.concat(CHALLENGE, large.slice(CHALLENGE.size() + 1));
    assertThat(fits.size()).isEqualTo(AttestationServer.LARGEST_ANSWER);
    try (HttpsTestServer server =
        HttpsTestServer.start(
            ca.server(Validity.now(), "localhost"), request -> Answer.json(201, fits))) {
      assertThat(ask(List.of(ca), server.url("localhost")).expiresIn()).isEqualTo(300);
    }
  }

  @Test
  void anAnswerThatDoesNotComeIsNotWaitedForForEver() {
    CountDownLatch never = new CountDownLatch(1);
    try (HttpsTestServer server =
        HttpsTestServer.start(
            ca.server(Validity.now(), "localhost"),
            request -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return challenge(request);
            })) {
      assertThatThrownBy(() -> ask(SHORT, List.of(ca), server.url("localhost")))
          .isInstanceOf(ServerUnreachableException.class)
          .hasMessageContaining("no whole answer");
    }
  }

  @Test
  void anAnswerOfAnotherProtocolIsNone() {
    assertNoAnswer("none of this protocol", r -> Answer.json(201, Bytes.utf8("[]")));
    assertNoAnswer("none of this protocol", r -> Answer.json(201, Bytes.utf8("{\"proto")));
    assertNoAnswer(
        "none of this protocol",
        r -> Answer.json(201, Bytes.utf8("{\"protocol\":2,\"token\":\"AAEC\",\"expiresIn\":3}")));
  }

  @Test
  void aRedirectIsNotFollowed() {
    SSLContext tls = ca.server(Validity.now(), "localhost");
    try (HttpsTestServer target = HttpsTestServer.start(tls, AttestationServerTest::challenge)) {
      assertNoAnswer(
          "HTTP status 307",
          r ->
              new Answer(
                  307,
                  "text/plain",
                  Map.of("Location", target.url("localhost") + "/device/v1/challenges"),
                  Bytes.EMPTY));
      assertThat(target.requests()).isEmpty();
    }
  }
}
