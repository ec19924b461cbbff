// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.testing;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.TpmWriter;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.transport.SwtpmSocket;
import io.fleetverifier.transport.TpmIoException;
import io.fleetverifier.transport.TpmTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A software TPM in a process of its own, on two neighbouring ports of 127.0.0.1 (commands, and
 * control as tpm2-tools wants it). It serves one connection at a time, so {@link #transport()}
 * connects for each command: then several users in one test take turns.
 *
 * <p>Fails, rather than letting a test be skipped, when swtpm is not installed.
 */
public final class Swtpm implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ATTEMPTS = 20;
  private static final int OWNER = 0x40000001;
  private static final int PLATFORM = 0x4000000c;
  private static final int LOCKOUT = 0x4000000a;
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private final Path state;
  private int port;
  private @Nullable Process process;

  private Swtpm(Path state) {
    this.state = state;
  }

  /**
   * Starts a TPM.
   *
   * @param state folder that holds, or will hold, what the TPM keeps without power; an empty one
   *     makes a new TPM
   */
  public static Swtpm start(Path state) {
    Swtpm tpm = new Swtpm(createFolder(state));
    tpm.powerOn(true);
    return tpm;
  }

  /** Starts a new TPM that holds EK certificates (templates L-1 and H-3) of this CA; takes 1 s. */
  public static Swtpm startWithEkCertificates(Path state, SwtpmCa ca) {
    ca.certify(createFolder(state));
    return start(state);
  }

  /** The address as {@code TpmTransports.open} takes it. */
  public String address() {
    return "swtpm:host=127.0.0.1,port=" + port;
  }

  public int port() {
    return port;
  }

  /** A transport that connects anew for each command. */
  public TpmTransport transport() {
    return new PerCommand();
  }

  private final class PerCommand implements TpmTransport {
    @Override
    public Bytes transmit(Bytes command) {
      try (TpmTransport connection = connect()) {
        return connection.transmit(command);
      }
    }

    @Override
    public void close() {}
  }

  private TpmTransport connect() {
    return SwtpmSocket.tcp("127.0.0.1", port, PATIENCE);
  }

  /** Takes the power away without a warning, and gives it back: a TPM Reset. */
  public void restart() {
    powerCut();
    powerOn(true);
  }

  /** An orderly TPM Reset: Shutdown(CLEAR), power cycle, Startup(CLEAR). */
  public void reset() {
    shutdown(0);
    restart();
  }

  /** A TPM Restart, as after hibernation: Shutdown(STATE), power cycle, Startup(CLEAR). */
  public void tpmRestart() {
    shutdown(1);
    restart();
  }

  /** A TPM Resume, as after sleep: Shutdown(STATE), power cycle, Startup(STATE). */
  public void tpmResume() {
    shutdown(1);
    powerCut();
    powerOn(false);
    send(new TpmWriter().u16(0x8001).u32(12).u32(0x144).u16(1));
  }

  private void shutdown(int type) {
    send(new TpmWriter().u16(0x8001).u32(12).u32(0x145).u16(type));
  }

  /** TPM2_Clear, as the firmware's menu does it. */
  public void clear() {
    clearBy(PLATFORM);
  }

  /** TPM2_Clear, as anybody may do it while the lock-out has no password. */
  public void clearByLockout() {
    clearBy(LOCKOUT);
  }

  private void clearBy(int hierarchy) {
    sendWithEmptyPassword(0x126, hierarchy, Bytes.EMPTY);
  }

  /** Extends the SHA-256 bank of a PCR with the digest of the data. */
  public void extend(int pcr, Bytes data) {
    extendDigest(pcr, HashAlg.SHA256, data.sha256());
  }

  /** Extends one bank of a PCR with a digest. */
  public void extendDigest(int pcr, HashAlg bank, Bytes digest) {
    sendWithEmptyPassword(
        0x182, pcr, new TpmWriter().u32(1).u16(bank.id()).bytes(digest).toBytes());
  }

  /** Gives a hierarchy a password: TPM2_HierarchyChangeAuth. */
  public void setHierarchyPassword(int hierarchy, String password) {
    sendWithEmptyPassword(0x129, hierarchy, new TpmWriter().sized(Bytes.utf8(password)).toBytes());
  }

  /** Defines an NV index as a vendor does, readable by anybody, and writes it. */
  public void defineNvIndex(int index, Bytes content) {
    // PLATFORMCREATE, AUTHREAD, OWNERREAD, PPREAD, PPWRITE, NO_DA.
    long attributes = 0x42070001L;
    TpmWriter area =
        new TpmWriter()
            .u32(index)
            .u16(HashAlg.SHA256.id())
            .u32(attributes)
            .sized(Bytes.EMPTY)
            .u16(content.size());
    sendWithEmptyPassword(
        0x12a, PLATFORM, new TpmWriter().sized(Bytes.EMPTY).sized(area.toBytes()).toBytes());
    for (int at = 0; at < content.size(); at += 512) {
      Bytes part = content.slice(at, Math.min(at + 512, content.size()));
      sendWithEmptyPassword(
          0x137,
          new TpmWriter().u32(Integer.toUnsignedLong(PLATFORM)).u32(index).toBytes(),
          new TpmWriter().sized(part).u16(at).toBytes());
    }
  }

  /** Makes a primary key and leaves it at a persistent handle. */
  public void persistPrimary(int hierarchy, TpmtPublic template, int persistentHandle) {
    TpmWriter parameters =
        new TpmWriter().sized(Bytes.zeros(4)).sized(template.encode()).sized(Bytes.EMPTY).u32(0);
    Bytes made = sendWithEmptyPassword(0x131, hierarchy, parameters.toBytes());
    Bytes handle = made.slice(10, 14);
    sendWithEmptyPassword(
        0x120,
        Bytes.concat(Bytes.u32(OWNER), handle),
        Bytes.u32(Integer.toUnsignedLong(persistentHandle)));
    send(new TpmWriter().u16(0x8001).u32(14).u32(0x165).bytes(handle));
  }

  private Bytes sendWithEmptyPassword(int command, int handle, Bytes parameters) {
    return sendWithEmptyPassword(command, Bytes.u32(Integer.toUnsignedLong(handle)), parameters);
  }

  private Bytes sendWithEmptyPassword(int command, Bytes handles, Bytes parameters) {
    return send(
        new TpmWriter()
            .u16(0x8002)
            .u32(23 + handles.size() + parameters.size())
            .u32(command)
            .bytes(handles)
            .u32(9)
            .u32(0x40000009)
            .u16(0)
            .u8(0)
            .u16(0)
            .bytes(parameters));
  }

  private Bytes send(TpmWriter command) {
    Bytes response = transport().transmit(command.toBytes());
    if (!response.slice(6, 10).isAllZero()) {
      throw new AssertionError("swtpm refused a command of the test: " + response);
    }
    return response;
  }

  /** Copies what the TPM keeps without power to another folder; for TPMs that are switched off. */
  public static void copyState(Path from, Path to) {
    createFolder(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file :
          files.filter(path -> !path.getFileName().toString().contains("lock")).toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes the power away; only this process, and only if it runs. */
  public void powerCut() {
    Process running = process;
    if (running == null) {
      return;
    }
    process = null;
    running.destroyForcibly();
    try {
      if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("swtpm does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while swtpm was ending", e);
    }
    RUNNING.remove(running);
  }

  /** Gives power to a TPM that has none; sends no Startup when it is to resume. */
  private void powerOn(boolean startup) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      // Another program may take a port between its choice and its use: then choose again.
      if (attempt > 0 || port == 0) {
        port = freePorts();
      }
      if (started(startup)) {
        return;
      }
    }
    throw new AssertionError("swtpm did not start in " + state + ": " + log());
  }

  private boolean started(boolean startup) {
    Process candidate = launch(startup);
    RUNNING.add(candidate);
    process = candidate;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (ended(candidate)) {
        RUNNING.remove(candidate);
        process = null;
        return false;
      }
      if (listens()) {
        return true;
      }
    }
    throw new AssertionError("swtpm does not listen: " + log());
  }

  private boolean listens() {
    try {
      connect().close();
      return true;
    } catch (TpmIoException e) {
      return false;
    }
  }

  private static boolean ended(Process candidate) {
    try {
      return candidate.waitFor(5, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while swtpm was starting", e);
    }
  }

  private Process launch(boolean startup) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "swtpm",
                "socket",
                "--tpm2",
                "--tpmstate",
                "dir=" + state,
                "--server",
                "type=tcp,port=" + port + ",bindaddr=127.0.0.1",
                "--ctrl",
                "type=tcp,port=" + (port + 1) + ",bindaddr=127.0.0.1",
                "--flags",
                startup ? "not-need-init,startup-clear" : "not-need-init"));
    try {
      Files.deleteIfExists(state.resolve(".lock"));
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(logFile().toFile())
          .start();
    } catch (IOException e) {
      throw new AssertionError(
          "swtpm cannot be started; this test needs it: install the packages swtpm and swtpm-tools",
          e);
    }
  }

  private Path logFile() {
    return state.resolveSibling(state.getFileName() + ".log");
  }

  private String log() {
    try {
      return Files.readString(logFile());
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }

  /** Two neighbouring ports that are free now. */
  private static int freePorts() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        int port = first.getLocalPort();
        if (port < 65_535 && isFree(port + 1)) {
          return port;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new AssertionError("no two neighbouring ports are free");
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort() == port;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path createFolder(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    powerCut();
  }
}
