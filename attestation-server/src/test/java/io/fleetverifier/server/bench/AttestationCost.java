// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.bench;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.attestation.AttestingServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an attestation costs the server, over HTTPS and with its database, in processor time of the
 * server's threads: with a boot log that it has seen before, against one without a log.
 */
final class AttestationCost implements AutoCloseable {

  private static final String PATH = "/device/v1/attestations";
  private static final String TRUSTED = "\"verdict\":\"trusted\",\"reasons\":[]";

  private static final int BLOCK = 40;
  private static final double STILL_FALLING = 0.95;

  private final AttestingServer server;
  private final TlsClient client;
  private final int perRound;

  /** Starts a server for this log; each round has so many attestations of each kind. */
  AttestationCost(Path home, Bytes log, int perRound) throws IOException, GeneralSecurityException {
    this.server = AttestingServer.start(home, log);
    this.client = TlsClient.connect(server.port(), home.resolve("tls").resolve("ca.pem"));
    this.perRound = perRound;
  }

  /**
   * Warms up until an attestation no longer gets cheaper or so many seconds are over, then measures
   * so many rounds.
   */
  Interleaved measure(double mostWarmUpSeconds, int rounds) {
    long end = System.nanoTime() + (long) (mostWarmUpSeconds * 1e9);
    double before = Double.MAX_VALUE;
    double now = block();
    while (now < STILL_FALLING * before && System.nanoTime() < end) {
      before = now;
      now = block();
    }
    return Interleaved.run(rounds, () -> cost(false), () -> cost(true));
  }

  private double block() {
    return Interleaved.run(BLOCK, () -> cost(false), () -> cost(true)).yardstickMicroseconds();
  }

  private double cost(boolean withLog) {
    List<Bytes> requests = new ArrayList<>();
    for (int i = 0; i < perRound; i++) {
      requests.add(server.request(withLog));
    }
    long before = ServerThreads.processorTime();
    requests.forEach(this::attest);
    return (double) (ServerThreads.processorTime() - before) / perRound;
  }

  private void attest(Bytes request) {
    try {
      String answer = client.post(PATH, request);
      if (!answer.contains(TRUSTED)) {
        throw new IllegalStateException("not trusted: " + answer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
