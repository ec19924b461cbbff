// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.home.Home;
import io.fleetverifier.server.home.PrivateFiles;
import io.fleetverifier.server.problem.ProblemCode;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.problem.UnreadableBodyException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/**
 * Keeps an uploaded image in a file while values are foretold from it: a few at a time, private to
 * the server's user, in the server's own folder because a temporary folder can lie in memory.
 */
@Component
final class ImageUploads {

  private static final int AT_ONCE = 2;
  private static final Duration COME_BACK = Duration.ofSeconds(30);
  private static final int BUFFER = 1 << 16;
  private static final String PREFIX = "image-";

  /** Longer than any upload may take: such a file was left by a server that was killed. */
  private static final Duration LEFT_OVER = Duration.ofHours(2);

  /**
   * A whole image.
   *
   * @param size octets
   * @param sha256 of the file
   */
  record Upload(Path file, long size, Bytes sha256) {}

  /** What is made of an image while its file exists. */
  interface Use<T> {
    T of(Upload upload) throws IOException;
  }

  private final Path folder;
  private final InstantSource clock;
  private final Semaphore free = new Semaphore(AT_ONCE);

  ImageUploads(Home home, InstantSource clock) {
    this.folder = home.root().resolve("uploads");
    this.clock = clock;
  }

  /**
   * Receives an image, uses it and removes it again, whatever happens.
   *
   * @param body read to its end; whoever gives it bounds it
   * @throws ProblemException retry when others upload already
   * @throws UnreadableBodyException when the body breaks off or is too large
   */
  <T> T receive(InputStream body, Use<T> use) {
    if (!free.tryAcquire()) {
      throw ProblemException.retryAfter(ProblemCode.RETRY, COME_BACK);
    }
    try {
      PrivateFiles.createFolder(folder, "rwx------");
      removeLeftOvers(clock.instant().minus(LEFT_OVER));
      Path file = Files.createTempFile(folder, PREFIX, ".efi");
      try {
        return use.of(copy(body, file));
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      free.release();
    }
  }

  private static Upload copy(InputStream body, Path file) throws IOException {
    MessageDigest digest = LogHash.SHA256.newDigest();
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
        out.write(buffer, 0, read);
        digest.update(buffer, 0, read);
        size += read;
      }
    }
    return new Upload(file, size, Bytes.copyOf(digest.digest()));
  }

  private static int read(InputStream body, byte[] buffer) {
    try {
      return body.read(buffer);
    } catch (IOException broken) {
      throw new UnreadableBodyException(broken);
    }
  }

  private void removeLeftOvers(Instant before) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*")) {
      for (Path file : files) {
        if (Files.exists(file) && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
