// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.server.ServerApplication;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.LogHash;
import java.nio.file.Path;
import java.util.Objects;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The whole server in this process, with HTTPS and its own PostgreSQL, and one device that is
 * trusted: its registers are those to which a boot log leads.
 */
public final class AttestingServer implements AutoCloseable {

  private final ConfigurableApplicationContext context;
  private final TestDevice device;
  private final Bytes log;

  private AttestingServer(ConfigurableApplicationContext context, Bytes log) {
    this.context = context;
    this.log = log;
    Fleet fleet = context.getBean(Fleet.class);
    this.device = fleet.device(fleet.group());
    for (Event event : EventLog.parse(log).events()) {
      if (event.isExtending()) {
        device.tpm().extend(event.pcr(), event.digest(LogHash.SHA256).orElseThrow());
      }
    }
    fleet.bind(device.group(), fleet.accepted(device, "firmware", 0, 2, 7));
    fleet.bind(device.group(), fleet.accepted(device, "image", 4, 8));
  }

  /**
   * Starts it on a free port of 127.0.0.1.
   *
   * @param home an empty folder for its database, keys and certificates
   * @param log with a SHA-256 bank
   */
  public static AttestingServer start(Path home, Bytes log) {
    return new AttestingServer(
        new SpringApplicationBuilder(ServerApplication.class, Fleet.class)
            .run(
                "--fv.home=" + home,
                "--server.address=127.0.0.1",
                "--server.port=0",
                "--server.tomcat.max-keep-alive-requests=-1",
                "--fv.attestation.burst-per-device=1000000",
                "--fv.attestation.per-device-and-minute=1000000",
                "--fv.trust.reevaluation-interval=PT24H"),
        log);
  }

  /** The port of its HTTPS. */
  public int port() {
    WebServerApplicationContext web = (WebServerApplicationContext) context;
    return Objects.requireNonNull(web.getWebServer()).getPort();
  }

  /** The body of a fresh attestation of the device, for reporting only, with its log or without. */
  public Bytes request(boolean withLog) {
    device.tpm().passTime(100);
    Attempt attempt = device.report();
    if (withLog) {
      attempt.withLog(LogType.TCG_BOOT, log);
    }
    return Bytes.copyOf(WireJson.strict().writeValueAsBytes(attempt.request()));
  }

  @Override
  public void close() {
    context.close();
  }
}
