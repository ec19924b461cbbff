// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.client.AttestationServer;
import io.fleetverifier.client.Attester;
import io.fleetverifier.client.Pins;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * This machine, ready to speak to its server: what a command with a network needs.
 *
 * @param console knows the last request
 */
record Machine(
    DeviceConfig config,
    AttestationServer server,
    Attester attester,
    Console console,
    Patience patience)
    implements AutoCloseable {

  /**
   * Puts it together.
   *
   * @param deadline how long to try; zero is for ever
   * @throws EndedException when the configuration is not enough
   */
  static Machine open(DeviceConfig config, Duration deadline, Surroundings surroundings) {
    Pins pins = config.pins();
    AttestationServer server = new AttestationServer(pins);
    Console console = new Console(surroundings.err(), config.name(), server::lastRequestId);
    return new Machine(
        config,
        server,
        new Attester(config::openTpm, server, pins, config.logs(), new SecureRandom()),
        console,
        new Patience(deadline, surroundings, console));
  }

  @Override
  public void close() {
    server.close();
  }
}
