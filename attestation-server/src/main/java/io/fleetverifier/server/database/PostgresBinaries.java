// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import io.fleetverifier.server.home.PrivateFiles;
import io.fleetverifier.server.home.StartRefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.springframework.util.FileSystemUtils;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs that come with the server, unpacked once into {@code bin-SHA256} below
 * the database folder, where the hash is the archive's.
 *
 * @param folder holds {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path folder) {

  /** The major version of the programs, and so of the data they can read. */
  static final String MAJOR = "18";

  /** Unpacks the archive for this machine unless that was done before. */
  static PostgresBinaries unpackInto(Path home) throws IOException {
    byte[] archive = archive();
    Path folder = home.resolve("bin-" + sha256(archive));
    if (!Files.isDirectory(folder)) {
      Path temporary = folder.resolveSibling(folder.getFileName() + ".tmp");
      FileSystemUtils.deleteRecursively(temporary);
      unpack(archive, temporary);
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
      PrivateFiles.syncFolder(home);
    }
    return new PostgresBinaries(folder);
  }

  /** Removes what earlier releases unpacked. Call it when no earlier server can be running. */
  void deleteOthers() throws IOException {
    List<Path> others;
    try (Stream<Path> siblings = Files.list(PrivateFiles.folderOf(folder))) {
      others =
          siblings
              .filter(path -> path.getFileName().toString().startsWith("bin-"))
              .filter(path -> !path.equals(folder))
              .toList();
    }
    for (Path other : others) {
      FileSystemUtils.deleteRecursively(other);
    }
  }

  /** The full path of a program. */
  String program(String name) {
    return folder.resolve("bin").resolve(name).toString();
  }

  private static byte[] archive() throws IOException {
    String architecture = System.getProperty("os.arch");
    String name =
        switch (architecture) {
          case "amd64", "x86_64" -> "/postgres-linux-x86_64.txz";
          case "aarch64" -> "/postgres-linux-arm_64.txz";
          default ->
              throw new StartRefusedException(
                  "This release ships no PostgreSQL for "
                      + architecture
                      + "; give the server a database by spring.datasource.url.");
        };
    try (InputStream in = PostgresBinaries.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new StartRefusedException(
            "The PostgreSQL archive " + name + " is missing from this build of the server.");
      }
      return in.readAllBytes();
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static void unpack(byte[] archive, Path target) throws IOException {
    PrivateFiles.createFolder(target, "rwxr-xr-x");
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      TarArchiveEntry entry;
      while ((entry = tar.getNextEntry()) != null) {
        unpackEntry(tar, entry, target);
      }
    }
  }

  private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    Path path = inside(target, target.resolve(entry.getName()));
    switch (entry.getLinkFlag()) {
      case TarConstants.LF_DIR -> PrivateFiles.createFolder(path, "rwxr-xr-x");
      case TarConstants.LF_SYMLINK -> link(path, Path.of(entry.getLinkName()), target);
      case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM -> file(tar, path, target);
      default -> throw new IOException("unexpected kind of entry: " + entry.getName());
    }
  }

  private static void link(Path path, Path destination, Path target) throws IOException {
    inside(target, path.resolveSibling(destination));
    PrivateFiles.createFolder(PrivateFiles.folderOf(path), "rwxr-xr-x");
    Files.createSymbolicLink(path, destination);
  }

  private static void file(InputStream content, Path path, Path target) throws IOException {
    PrivateFiles.createFolder(PrivateFiles.folderOf(path), "rwxr-xr-x");
    try (FileChannel file =
            FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out = Channels.newOutputStream(file)) {
      content.transferTo(out);
      file.force(false);
    }
    boolean program = target.relativize(path).startsWith("bin");
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private static Path inside(Path target, Path path) throws IOException {
    Path normal = path.normalize();
    if (!normal.startsWith(target)) {
      throw new IOException("entry leaves the archive: " + path);
    }
    return normal;
  }
}
