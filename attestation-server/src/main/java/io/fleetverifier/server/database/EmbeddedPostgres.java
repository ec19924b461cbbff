// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import io.fleetverifier.server.home.PrivateFiles;
import io.fleetverifier.server.home.StartRefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A durable PostgreSQL that belongs to this server: started with it, restarted if it dies, stopped
 * with it. It listens on 127.0.0.1 only and knows two roles that may log in, {@link DatabaseRole}.
 * It is meant for one node and a small fleet; a larger one gives the server a database by {@code
 * spring.datasource.url}.
 */
public final class EmbeddedPostgres implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final int PORTS_TRIED = 10;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final HomeLock lock;
  private final PostgresBinaries binaries;
  private final ServiceUser user;
  private final Cluster cluster;
  private final int port;
  private final Object monitor = new Object();
  private Postmaster postmaster;
  private boolean closed;

  private EmbeddedPostgres(
      HomeLock lock,
      PostgresBinaries binaries,
      ServiceUser user,
      Cluster cluster,
      Running running) {
    this.lock = lock;
    this.binaries = binaries;
    this.user = user;
    this.cluster = cluster;
    this.port = running.port();
    this.postmaster = running.postmaster();
  }

  private record Running(Postmaster postmaster, int port) {}

  /**
   * Starts the database of a folder, making it first where there is none.
   *
   * @param home the database folder; made if absent
   * @throws StartRefusedException with one line that says why not
   */
  public static EmbeddedPostgres start(Path home, SecureRandom random) {
    try {
      PrivateFiles.createFolder(home, "rwxr-xr-x");
      HomeLock lock = HomeLock.take(home);
      try {
        return start(lock, home, random);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException | UncheckedIOException e) {
      throw new StartRefusedException(
          "The embedded database in " + home + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static EmbeddedPostgres start(HomeLock lock, Path home, SecureRandom random)
      throws IOException {
    Cluster cluster = new Cluster(home);
    cluster.checkMajor();
    ServiceUser user = ServiceUser.detect();
    user.checkReaches(home);
    PostgresBinaries binaries = PostgresBinaries.unpackInto(home);
    cluster.createIfAbsent(binaries, user, random);
    new StalePostmaster(cluster.data(), binaries, user).clear();
    binaries.deleteOthers();
    Running running = startOnFreePort(binaries, user, cluster);
    EmbeddedPostgres postgres = new EmbeddedPostgres(lock, binaries, user, cluster, running);
    Thread.ofPlatform().daemon().name("embedded-postgres").start(postgres::keepRunning);
    log.info("Embedded PostgreSQL runs on 127.0.0.1:{} in {}.", postgres.port, cluster.data());
    return postgres;
  }

  /** How a role connects, with its generated password. */
  public RoleConnectionDetails connectionDetails(DatabaseRole role) {
    try {
      return new RoleConnectionDetails(jdbcUrl(), role, cluster.password(role));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + Cluster.DATABASE;
  }

  /** Stops the database cleanly and gives the folder free. */
  @Override
  public void close() throws IOException {
    synchronized (monitor) {
      if (closed) {
        return;
      }
      closed = true;
      postmaster.stop();
      if (!postmaster.ended(STOP_LIMIT)) {
        log.warn("PostgreSQL does not stop; forcing it, the next start will recover.");
        Commands.succeeds(
            user.prefix(),
            List.of(
                binaries.program("pg_ctl"),
                "stop",
                "-m",
                "immediate",
                "-D",
                cluster.data().toString()));
      }
      lock.close();
    }
  }

  private static Running startOnFreePort(
      PostgresBinaries binaries, ServiceUser user, Cluster cluster) throws IOException {
    for (int tried = 0; tried < PORTS_TRIED; tried++) {
      int port = freePort();
      try {
        return new Running(startOn(port, binaries, user, cluster), port);
      } catch (Postmaster.PortTakenException e) {
        log.info("Port {} was taken in the meantime; trying another.", port);
      }
    }
    throw new StartRefusedException("PostgreSQL found no free port on 127.0.0.1.");
  }

  private static Postmaster startOn(
      int port, PostgresBinaries binaries, ServiceUser user, Cluster cluster)
      throws IOException, Postmaster.PortTakenException {
    Path logFile = cluster.home().resolve("postgres.log");
    return Postmaster.start(binaries, user, cluster.data(), logFile, port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  /** Starts the database again, on the same port, whenever it ends without being asked to. */
  private void keepRunning() {
    Duration pause = Duration.ofSeconds(1);
    try {
      while (true) {
        current().awaitEnd();
        if (restart()) {
          pause = Duration.ofSeconds(1);
        } else {
          Thread.sleep(pause);
          pause = pause.multipliedBy(2);
          pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        }
        if (isClosed()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Postmaster current() {
    synchronized (monitor) {
      return postmaster;
    }
  }

  private boolean isClosed() {
    synchronized (monitor) {
      return closed;
    }
  }

  private boolean restart() {
    synchronized (monitor) {
      if (closed) {
        return false;
      }
      log.error("PostgreSQL ended by itself; starting it again.");
      try {
        postmaster.stop();
        new StalePostmaster(cluster.data(), binaries, user).clear();
        postmaster = startOn(port, binaries, user, cluster);
        return true;
      } catch (IOException | Postmaster.PortTakenException | RuntimeException e) {
        log.error("PostgreSQL could not be started again.", e);
        return false;
      }
    }
  }
}
