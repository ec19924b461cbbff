// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.server.home.Home;
import io.fleetverifier.server.keys.AnswerKeys;
import io.fleetverifier.server.testing.PostgresTest;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {"server.ssl.enabled=true", "fv.tls.names=fleet.example.org,192.0.2.7"})
@PostgresTest
@Import(OwnCertificatesTest.MovableTime.class)
class OwnCertificatesTest {

  static final class MovableClock implements InstantSource {
    volatile Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }
  }

  @TestConfiguration(proxyBeanMethods = false)
  static class MovableTime {
    @Bean
    @Primary
    MovableClock movableClock() {
      return new MovableClock();
    }
  }

  @LocalServerPort int port;
  @Autowired Home home;
  @Autowired OwnCertificates certificates;
  @Autowired AnswerKeys answerKeys;
  @Autowired DeviceFacts facts;
  @Autowired MovableClock clock;

  @Test
  void aClientThatTrustsOnlyTheCaFileReachesTheServerByEachOfItsNames() throws Exception {
    HttpClient client = HttpClient.newBuilder().sslContext(trustingOnlyTheCaFile()).build();
    for (String name : List.of("localhost", "127.0.0.1", "[::1]")) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("https://" + name + ":" + port + "/none")).build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isIn(401, 403, 404);
    }
  }

  @Test
  void aClientThatDoesNotKnowTheCaRefusesTheServer() {
    HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port)).build();
    assertThatThrownBy(
            () -> HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()))
        .hasRootCauseInstanceOf(java.security.cert.CertPathBuilderException.class)
        .isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void theCertificateNamesTheServerAndEndsAfterNinetyDays() throws Exception {
    X509Certificate leaf = served();
    assertThat(leaf.getSubjectAlternativeNames().toString())
        .contains("fleet.example.org", "192.0.2.7", "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    Duration life =
        Duration.between(leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
    assertThat(life).isEqualTo(Duration.ofDays(90).plusHours(1));
  }

  @Test
  void theCaMaySignOneLevelOnlyAndLivesForTwentyFiveYears() throws Exception {
    X509Certificate ca = caFile();
    assertThat(ca.getBasicConstraints()).isZero();
    assertThat(ca.getKeyUsage()[5]).isTrue();
    assertThat(ca.getNotAfter().toInstant())
        .isAfter(Instant.now().plus(Duration.ofDays(25 * 365L)));
  }

  @Test
  void whenThirtyDaysAreLeftNewConnectionsGetANewCertificateWithoutARestart() throws Exception {
    X509Certificate first = served();
    try (SSLSocket open = connect("TLSv1.3")) {
      clock.ahead = Duration.ofDays(59);
      certificates.renewInTime();
      assertThat(served()).isEqualTo(first);
      clock.ahead = Duration.ofDays(61);
      certificates.renewInTime();
      X509Certificate second = served();
      assertThat(second).isNotEqualTo(first).isEqualTo(certificates.current());
      assertThat(second.getPublicKey()).isNotEqualTo(first.getPublicKey());
      second.verify(caFile().getPublicKey());
      open.getOutputStream()
          .write(
              "GET /none HTTP/1.1\r\nHost: h\r\n\r\n"
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      assertThat(open.getInputStream().read()).isEqualTo('H');
    } finally {
      clock.ahead = Duration.ZERO;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void modernVersionsOfTlsAreSpoken(String version) throws Exception {
    try (SSLSocket socket = connect(version)) {
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      assertThat(socket.getSession().getCipherSuite()).containsAnyOf("GCM", "CHACHA20");
    }
  }

  @Test
  void noPrivateKeyOfTlsLiesOnDisk() throws Exception {
    try (var files = Files.list(home.tls())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("ca.pem", "answer-key.txt");
    }
    for (String name : List.of("ca.pem", "answer-key.txt")) {
      Path file = home.tls().resolve(name);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-r--r--");
      assertThat(file).content().doesNotContain("PRIVATE");
    }
  }

  @Test
  void theAnswerKeyFileListsTheKeysInUse() throws Exception {
    facts.follow();
    assertThat(Files.readAllLines(home.tls().resolve("answer-key.txt")))
        .containsExactlyElementsOf(
            answerKeys.all().stream().map(key -> key.publicPoint().toBase64Url()).toList());
  }

  private X509Certificate served() throws Exception {
    try (SSLSocket socket = connect("TLSv1.3")) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  /** A client that looks at no date and no issuer: the tests do that themselves. */
  private SSLSocket connect(String version) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustingAnybody()}, null);
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(10_000);
    socket.setEnabledProtocols(new String[] {version});
    socket.startHandshake();
    return socket;
  }

  private static final class TrustingAnybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private X509Certificate caFile() throws Exception {
    try (InputStream in = Files.newInputStream(home.tls().resolve("ca.pem"))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private SSLContext trustingOnlyTheCaFile() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", caFile());
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
