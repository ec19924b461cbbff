// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.server.home.PrivateFiles;
import io.fleetverifier.server.home.StartRefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The key-encryption key in a file of 32 random octets that only the server may read. The file is
 * never overwritten. It must never lie where the database lies, because a copy of the database
 * would then carry the key that protects it.
 */
public final class LocalKeyFile implements KeyEncryptor {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final Bytes ID_LABEL = Bytes.utf8("fleet-verifier kek id v1\0");

  private final SecretBytes key;
  private final String keyId;
  private final SecureRandom random;

  private LocalKeyFile(SecretBytes key, String keyId, SecureRandom random) {
    this.key = key;
    this.keyId = keyId;
    this.random = random;
  }

  /**
   * Opens the key, or makes it when nothing was ever encrypted: when neither the file exists nor
   * the database names a key.
   *
   * @param file where the key is or shall be
   * @param namedByDatabase the id that the database remembers
   * @param databaseFolder the folder that the file must not lie in
   * @throws StartRefusedException with one line that says what is wrong with the file
   */
  public static LocalKeyFile open(
      Path file, Optional<String> namedByDatabase, Path databaseFolder, SecureRandom random) {
    Path absolute = file.toAbsolutePath().normalize();
    try {
      refuseInside(databaseFolder, absolute);
      if (!Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
        create(absolute, namedByDatabase, random);
      }
      LocalKeyFile opened = read(absolute, random);
      namedByDatabase.ifPresent(named -> opened.refuseUnless(named, absolute));
      return opened;
    } catch (IOException e) {
      throw new StartRefusedException(
          "The key file " + absolute + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static void refuseInside(Path databaseFolder, Path file) throws IOException {
    if (real(file).startsWith(real(databaseFolder.toAbsolutePath().normalize()))) {
      throw new StartRefusedException(
          "The key file "
              + file
              + " lies inside the database folder "
              + databaseFolder
              + ", so that a copy of the data would carry its key; set fv.kek.file to another"
              + " place.");
    }
  }

  /** The path with its existing part free of links. */
  private static Path real(Path path) throws IOException {
    Path existing = path;
    while (!Files.exists(existing)) {
      existing = PrivateFiles.folderOf(existing);
    }
    return existing.toRealPath().resolve(existing.relativize(path)).normalize();
  }

  private static void create(Path file, Optional<String> namedByDatabase, SecureRandom random)
      throws IOException {
    if (namedByDatabase.isPresent()) {
      throw new StartRefusedException(
          "The key file "
              + file
              + " is missing, but the database holds data under key "
              + namedByDatabase.get()
              + "; restore the file from its backup.");
    }
    PrivateFiles.createFolder(PrivateFiles.folderOf(file), "rwx------");
    byte[] octets = new byte[AesGcm.KEY_SIZE];
    random.nextBytes(octets);
    try {
      PrivateFiles.write(file, octets, "rw-------");
    } finally {
      Arrays.fill(octets, (byte) 0);
    }
  }

  private static LocalKeyFile read(Path file, SecureRandom random) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      throw new StartRefusedException(
          "The key file " + file + " is a symbolic link; name the file itself in fv.kek.file.");
    }
    if (!attributes.isRegularFile()) {
      throw new StartRefusedException("The key file " + file + " is not a regular file.");
    }
    if (!OWNER_ONLY.containsAll(attributes.permissions())) {
      throw new StartRefusedException(
          "The key file " + file + " is open to others than its owner; set its mode to 0600.");
    }
    if (attributes.size() != AesGcm.KEY_SIZE) {
      throw new StartRefusedException(
          "The key file "
              + file
              + " has "
              + attributes.size()
              + " octets instead of "
              + AesGcm.KEY_SIZE
              + ".");
    }
    SecretBytes key = content(file);
    return new LocalKeyFile(key, idOf(key), random);
  }

  private static SecretBytes content(Path file) throws IOException {
    byte[] octets = new byte[AesGcm.KEY_SIZE];
    ByteBuffer buffer = ByteBuffer.wrap(octets);
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // read on
      }
      if (buffer.hasRemaining() || channel.size() != AesGcm.KEY_SIZE) {
        throw new IOException("it changed while it was read");
      }
      return SecretBytes.takeFrom(octets);
    } finally {
      Arrays.fill(octets, (byte) 0);
    }
  }

  /** The key has 256 random bits, so a digest of it tells nothing about it. */
  private static String idOf(SecretBytes key) {
    byte[] octets = key.revealBytes();
    try {
      Bytes digest = Bytes.concat(ID_LABEL, Bytes.copyOf(octets)).sha256();
      return "local:" + digest.slice(0, 16).toHex();
    } finally {
      Arrays.fill(octets, (byte) 0);
    }
  }

  private void refuseUnless(String named, Path file) {
    if (!keyId.equals(named)) {
      throw new StartRefusedException(
          "The key file "
              + file
              + " holds key "
              + keyId
              + ", but the database holds data under key "
              + named
              + "; put the right file there.");
    }
  }

  @Override
  public Bytes wrap(SecretBytes wanted, Bytes associatedData) {
    return AesGcm.encrypt(key, wanted, associatedData, random);
  }

  @Override
  public SecretBytes unwrap(Bytes wrapped, Bytes associatedData) {
    return AesGcm.decrypt(key, wrapped, associatedData);
  }

  @Override
  public String keyId() {
    return keyId;
  }
}
