// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.testing;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fleetverifier.bytes.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A small HTTPS server on a free port of 127.0.0.1. */
public final class HttpsTestServer implements AutoCloseable {

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** What came in. */
  public record Request(String method, String path, Headers headers, Bytes body) {}

  /** What goes out. */
  public record Answer(int status, String contentType, Map<String, String> headers, Bytes body) {
    public static Answer json(int status, Bytes body) {
      return new Answer(status, "application/json", Map.of(), body);
    }

    public static Answer problem(int status, String json, Map<String, String> headers) {
      return new Answer(status, "application/problem+json", headers, Bytes.utf8(json));
    }
  }

  /** What the server does. */
  @FunctionalInterface
  public interface Handler {
    Answer answer(Request request) throws IOException;
  }

  private HttpsTestServer(HttpsServer server) {
    this.server = server;
  }

  public static HttpsTestServer start(SSLContext tls, Handler handler) {
    try {
      HttpsServer server =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls));
      HttpsTestServer started = new HttpsTestServer(server);
      server.setExecutor(started.threads);
      server.createContext("/", exchange -> started.serve(exchange, handler));
      server.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(HttpExchange exchange, Handler handler) throws IOException {
    try (exchange) {
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              Bytes.copyOf(exchange.getRequestBody().readAllBytes()));
      requests.add(request);
      Answer answer = handler.answer(request);
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      exchange.sendResponseHeaders(
          answer.status(), answer.body().size() == 0 ? -1 : answer.body().size());
      exchange.getResponseBody().write(answer.body().toArray());
    }
  }

  /** The server under a name or address that leads to 127.0.0.1. */
  public URI url(String host) {
    return URI.create("https://" + host + ":" + server.getAddress().getPort());
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
