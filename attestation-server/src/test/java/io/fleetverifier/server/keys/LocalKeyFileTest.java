// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.server.home.StartRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalKeyFileTest {

  private static final Bytes CONTEXT = Bytes.utf8("context");

  private final SecureRandom random = new SecureRandom();
  @TempDir Path folder;
  private Path file;
  private Path database;

  @BeforeEach
  void names() {
    file = folder.resolve("keys").resolve("kek");
    database = folder.resolve("postgres");
  }

  @Test
  void itIsMadeOwnerOnlyWhenNeitherFileNorDatabaseKnowsOne() throws IOException {
    open(Optional.empty());
    assertThat(Files.size(file)).isEqualTo(32);
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(mode(folder.resolve("keys"))).isEqualTo("rwx------");
  }

  @Test
  void anExistingFileIsAdoptedAndNeverOverwritten() throws IOException {
    String first = open(Optional.empty()).keyId();
    byte[] content = Files.readAllBytes(file);
    assertThat(open(Optional.empty()).keyId()).isEqualTo(first);
    assertThat(open(Optional.of(first)).keyId()).isEqualTo(first);
    assertThat(file).hasBinaryContent(content);
  }

  @Test
  void aMissingFileIsRefusedWhenTheDatabaseNamesAKey() {
    assertRefused(Optional.of("local:00"), "is missing");
    assertThat(file).doesNotExist();
  }

  @Test
  void anotherKeyThanTheDatabaseNamesIsRefused() {
    open(Optional.empty());
    assertRefused(Optional.of("local:00"), "put the right file there");
  }

  @Test
  void aFileOfAWrongSizeIsRefused() throws IOException {
    open(Optional.empty());
    for (int size : new int[] {0, 31, 33}) {
      Files.write(file, new byte[size]);
      assertRefused(Optional.empty(), "has " + size + " octets instead of 32");
    }
  }

  @Test
  void aSymbolicLinkIsRefused() throws IOException {
    open(Optional.empty());
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(file, elsewhere);
    Files.createSymbolicLink(file, elsewhere);
    assertRefused(Optional.empty(), "is a symbolic link");
  }

  @Test
  void aDanglingSymbolicLinkIsRefusedAndNotFollowed() throws IOException {
    Files.createDirectories(folder.resolve("keys"));
    Files.createSymbolicLink(file, folder.resolve("elsewhere"));
    assertRefused(Optional.empty(), "is a symbolic link");
    assertThat(folder.resolve("elsewhere")).doesNotExist();
  }

  @Test
  void aFolderInItsPlaceIsRefused() throws IOException {
    Files.createDirectories(file);
    assertRefused(Optional.empty(), "is not a regular file");
  }

  @Test
  void aFileOpenToGroupOrOthersIsRefused() throws IOException {
    open(Optional.empty());
    for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rwx------"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      assertRefused(Optional.empty(), "is open to others than its owner");
    }
  }

  @Test
  void aFileInsideTheDatabaseFolderIsRefused() throws IOException {
    file = database.resolve("db").resolve("kek");
    assertRefused(Optional.empty(), "lies inside the database folder");
    Files.createDirectories(database);
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, database);
    file = link.resolve("kek");
    assertRefused(Optional.empty(), "lies inside the database folder");
    file = folder.resolve("other").resolve("..").resolve("postgres").resolve("kek");
    assertRefused(Optional.empty(), "lies inside the database folder");
    assertThat(database).isEmptyDirectory();
  }

  @Test
  void whatItWrappedOpensWithTheSameContextOnly() {
    LocalKeyFile kek = open(Optional.empty());
    try (SecretBytes secret = SecretBytes.random(32, random)) {
      Bytes wrapped = kek.wrap(secret, CONTEXT);
      try (SecretBytes opened = kek.unwrap(wrapped, CONTEXT)) {
        assertThat(opened.constantTimeEquals(secret)).isTrue();
      }
      assertThatThrownBy(() -> kek.unwrap(wrapped, Bytes.utf8("another context")))
          .isInstanceOf(KeyIntegrityException.class);
    }
  }

  @Test
  void noBitOfAWrappedKeyCanBeChangedAndNoSuffixDropped() {
    LocalKeyFile kek = open(Optional.empty());
    try (SecretBytes secret = SecretBytes.random(32, random)) {
      byte[] wrapped = kek.wrap(secret, CONTEXT).toArray();
      for (int bit = 0; bit < wrapped.length * 8; bit++) {
        byte[] changed = wrapped.clone();
        changed[bit / 8] ^= (byte) (1 << (bit % 8));
        assertThatThrownBy(() -> kek.unwrap(Bytes.copyOf(changed), CONTEXT))
            .isInstanceOf(KeyIntegrityException.class);
      }
      for (int size = 0; size < wrapped.length; size++) {
        Bytes shorter = Bytes.copyOf(wrapped, 0, size);
        assertThatThrownBy(() -> kek.unwrap(shorter, CONTEXT))
            .isInstanceOf(KeyIntegrityException.class);
      }
    }
  }

  private LocalKeyFile open(Optional<String> named) {
    return LocalKeyFile.open(file, named, database, random);
  }

  private void assertRefused(Optional<String> named, String reason) {
    assertThatThrownBy(() -> open(named))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
