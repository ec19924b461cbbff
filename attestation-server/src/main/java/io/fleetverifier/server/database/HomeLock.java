// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import io.fleetverifier.server.home.StartRefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right of one server to use a database folder, held as a file lock until it is closed.
 *
 * <p>POSIX drops a process's lock on a file as soon as that process closes <em>any</em> handle of
 * it. So a holder must never open the lock file again, and the folders held by this JVM are kept in
 * a set that is asked before the file is touched.
 */
final class HomeLock implements AutoCloseable {

  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path home;
  private final FileChannel channel;

  private HomeLock(Path home, FileChannel channel) {
    this.home = home;
    this.channel = channel;
  }

  /**
   * Takes the lock, or refuses naming the process that has it.
   *
   * @param home an existing folder
   */
  static HomeLock take(Path home) throws IOException {
    Path real = home.toRealPath();
    if (!HELD_HERE.add(real)) {
      throw inUse(home, Long.toString(ProcessHandle.current().pid()));
    }
    try {
      return new HomeLock(real, lock(real));
    } catch (IOException | RuntimeException e) {
      HELD_HERE.remove(real);
      throw e;
    }
  }

  private static FileChannel lock(Path home) throws IOException {
    Path file = home.resolve("lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(home, Files.readString(file).strip());
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static StartRefusedException inUse(Path home, String pid) {
    return new StartRefusedException(
        "The database folder " + home + " is in use by the server with pid " + pid + ".");
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD_HERE.remove(home);
    }
  }
}
