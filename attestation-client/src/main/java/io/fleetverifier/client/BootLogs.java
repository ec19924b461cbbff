// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.AttestationRequest.Log;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.protocol.Protocol;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the logs lie that explain the PCRs. They prove nothing by themselves, so what cannot be
 * read or is too large is not sent: the quote says the same without it, only less clearly.
 */
public final class BootLogs {

  private static final Path FIRMWARE =
      Path.of("/sys/kernel/security/tpm0/binary_bios_measurements");

  private final Map<LogType, Path> files;

  private BootLogs(Map<LogType, Path> files) {
    this.files = new TreeMap<>(files);
  }

  /** The firmware's log, where Linux shows it once securityfs is mounted. */
  public static BootLogs ofThisMachine() {
    return of(Map.of(LogType.TCG_BOOT, FIRMWARE));
  }

  /** Logs in other places. */
  public static BootLogs of(Map<LogType, Path> files) {
    return new BootLogs(files);
  }

  /** No logs. */
  public static BootLogs none() {
    return of(Map.of());
  }

  /**
   * The logs that are there, each whole and at most 1 MiB, as many as may go into one message: the
   * firmware's first.
   */
  public List<Log> read() {
    List<Log> logs = new ArrayList<>();
    int left = Protocol.MAX_LOGS_SIZE;
    for (Map.Entry<LogType, Path> file : files.entrySet()) {
      Bytes data = read(file.getValue());
      if (!data.isEmpty() && data.size() <= Math.min(left, Protocol.MAX_LOG)) {
        logs.add(new Log(file.getKey(), data));
        left -= data.size();
      }
    }
    return List.copyOf(logs);
  }

  private static Bytes read(Path file) {
    // The size that securityfs tells is 0, so the end is found by reading.
    try (InputStream in = Files.newInputStream(file)) {
      return Bytes.copyOf(in.readNBytes(Protocol.MAX_LOG + 1));
    } catch (IOException e) {
      // A virtual machine or an old kernel has no such file.
      return Bytes.EMPTY;
    }
  }
}
