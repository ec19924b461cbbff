// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The server as a process of its own, and an operator with its first token. */
final class DemoServer implements AutoCloseable {
  private static final int USUAL_PORT = 8443;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Process process;
  private final Path home;
  private final int port;
  private final HttpClient http;
  private final String token;

  private DemoServer(Process process, Path home, int port) throws IOException {
    this.process = process;
    this.home = home;
    this.port = port;
    this.http = HttpClient.newBuilder().sslContext(trustingOnly(authority())).build();
    this.token = Files.readString(tokenFile()).strip();
  }

  /** An answer of the management API. */
  record Answer(int status, JsonNode body, String etag) {
    String text(String member) {
      return body.path(member).asString("");
    }
  }

  /** Starts the server in a home of its own and waits until it is ready. */
  static DemoServer start(Path javaHome, Path jar, Path home) throws IOException {
    int port = freePort();
    Path log = home.resolve("server.log");
    Process process =
        new ProcessBuilder(
                List.of(
                    javaHome.resolve("bin/java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-jar",
                    jar.toString(),
                    "--fv.home=" + home,
                    "--server.port=" + port,
                    "--server.address=127.0.0.1"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process)));
    waitFor(process, home, port, log);
    return new DemoServer(process, home, port);
  }

  private static void waitFor(Process process, Path home, int port, Path log) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw new IOException("the server did not start:\n" + Files.readString(log));
      }
      if (Files.exists(home.resolve("admin-token"))
          && Files.exists(home.resolve("tls/ca.pem"))
          && isReady(home, port)) {
        return;
      }
      pause();
    }
    throw new IOException("the server is not ready in " + PATIENCE + ":\n" + Files.readString(log));
  }

  private static boolean isReady(Path home, int port) {
    try (HttpClient probe =
        HttpClient.newBuilder().sslContext(trustingOnly(home.resolve("tls/ca.pem"))).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/readyz"))
              .timeout(Duration.ofSeconds(5))
              .build();
      return probe.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static SSLContext trustingOnly(Path pem) throws IOException {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the server's CA certificate cannot be used", e);
    }
  }

  /** The usual port where it is free, else any. */
  private static int freePort() throws IOException {
    try (ServerSocket usual = new ServerSocket(USUAL_PORT)) {
      return usual.getLocalPort();
    } catch (IOException taken) {
      try (ServerSocket any = new ServerSocket(0)) {
        return any.getLocalPort();
      }
    }
  }

  String url() {
    return "https://127.0.0.1:" + port;
  }

  Path authority() {
    return home.resolve("tls/ca.pem");
  }

  Path answerKey() {
    return home.resolve("tls/answer-key.txt");
  }

  Path tokenFile() {
    return home.resolve("admin-token");
  }

  Answer get(String path) {
    return send("GET", path, null, null);
  }

  Answer post(String path, String json) {
    return send("POST", path, json, null);
  }

  Answer post(String path, String json, String etag) {
    return send("POST", path, json, etag);
  }

  Answer put(String path, String json) {
    return send("PUT", path, json, null);
  }

  private Answer send(String method, String path, @Nullable String json, @Nullable String etag) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(
                method,
                json == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(json));
    if (etag != null) {
      request.header("If-Match", etag);
    }
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      String body = response.body().isBlank() ? "{}" : response.body();
      return new Answer(
          response.statusCode(),
          JSON.readTree(body),
          response.headers().firstValue("ETag").orElse("\"0\""));
    } catch (IOException e) {
      throw new IllegalStateException(method + " " + path + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    http.close();
    end(process);
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
