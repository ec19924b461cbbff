// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import static io.fleetverifier.server.ekcert.Judged.NOW;
import static io.fleetverifier.server.ekcert.Judged.endorsed;
import static io.fleetverifier.server.ekcert.Judged.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import io.fleetverifier.bytes.Bytes;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VendorRootsTest {

  private static final TestCa ROOT = TestCa.root("CN=Some Root");

  @TempDir private Path folder;
  private Path roots;

  @BeforeEach
  void makeFolder() throws IOException {
    roots = Files.createDirectory(folder.resolve(".roots"));
  }

  private Path write(String file) throws IOException {
    Path path = roots.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.write(path, ROOT.der().toArray());
  }

  private void unreadable(String file, String why) {
    assertThat(catchException(() -> VendorRoots.load(roots)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file)
        .hasMessageContaining(why);
  }

  private EkVerdict verify(Bytes der) throws IOException {
    return new EkCertificateVerifier(VendorRoots.load(roots), EkPolicy.standard())
        .verify(der, List.of(), NOW);
  }

  @Test
  void aCaInASubFolderVouchesForChipsOfThatMakerOnly() throws IOException {
    for (String maker : List.of("WEC", "MSFT", "NTC", "IBM")) {
      write(maker + "/root.der");
      String id = Bytes.utf8(maker).toHex() + "00".repeat(4 - maker.length());
      endorsed(verify(ROOT.issue(leaf -> leaf.manufacturer = "id:" + id)));
      refused(EkRefusal.MANUFACTURER, verify(ROOT.issue()));
      Files.delete(roots.resolve(maker + "/root.der"));
    }
  }

  @Test
  void aMakerWithoutLettersHasASubFolderNamedByItsDigits() throws IOException {
    for (String name : List.of("id-0000101a", "id:0000101A", "ID-0000101A")) {
      Path file = write(name + "/root.der");
      endorsed(verify(ROOT.issue(leaf -> leaf.manufacturer = "id:0000101A")));
      endorsed(verify(ROOT.issue(leaf -> leaf.manufacturer = "id:0000101a")));
      refused(
          EkRefusal.MANUFACTURER, verify(ROOT.issue(leaf -> leaf.manufacturer = "id:0000101B")));
      refused(EkRefusal.MANUFACTURER, verify(ROOT.issue()));
      assertThat(VendorRoots.load(roots).certificates())
          .extracting(VendorRoots.Pinned::maker)
          .containsExactly(Optional.of("id:0000101A"));
      Files.delete(file);
    }
  }

  @Test
  void aMakerHasASubFolderByTheNameThatPeopleCallItToo() throws IOException {
    for (String name : List.of("infineon", "Infineon", "Infineon-Technologies", "ifx")) {
      Path file = write(name + "/root.der");
      endorsed(verify(ROOT.issue()));
      refused(
          EkRefusal.MANUFACTURER, verify(ROOT.issue(leaf -> leaf.manufacturer = "id:53544D20")));
      Files.delete(file);
      Files.delete(file.getParent());
    }
    for (String name : List.of("infineon-roots", "in", "a-vendor")) {
      Path file = write(name + "/root.der");
      unreadable(file.toString(), "identifier");
      Files.delete(file);
    }
  }

  @Test
  void aCollectedFolderMayHaveAnySubFolders() throws IOException {
    write("some-vendor/root.der");
    write("stmicroelectronics/root.der");

    assertThat(VendorRoots.collected(roots).certificates())
        .extracting(VendorRoots.Pinned::maker)
        .containsExactlyInAnyOrder(Optional.empty(), Optional.of("STM"));
  }

  @Test
  void theDigitsOfAMakerWithLettersNameItToo() throws IOException {
    write("id-49465800/root.der");
    endorsed(verify(ROOT.issue()));
    refused(EkRefusal.MANUFACTURER, verify(ROOT.issue(leaf -> leaf.manufacturer = "id:414D4400")));
  }

  @Test
  void aSubFolderOfAnotherNameIsAnError() throws IOException {
    for (String name :
        List.of("wec", "Winbond", "TOOLONG", "A B", "all", "id-1014", "id-0000101G", "00001014")) {
      Path file = write(name + "/root.der");
      unreadable(file.toString(), "such as IFX");
      Files.move(file, file.resolveSibling("list.crl"));
      unreadable("list.crl", "such as IFX");
      Files.delete(file.resolveSibling("list.crl"));
      assertThat(VendorRoots.load(roots).certificates()).isEmpty();
    }
  }

  @Test
  void aCertificateDeeperThanInASubFolderIsAnError() throws IOException {
    Path file = write("IFX/old/root.der");
    unreadable(file.toString(), "deeper");
    Files.delete(file);
    unreadable(write("IFX/old/older/root.der").toString(), "deeper");
  }

  @Test
  void aLinkThatLeadsNowhereIsAnError() throws IOException {
    Path link = roots.resolve("root.pem");
    Files.createSymbolicLink(link, Path.of("gone.pem"));
    unreadable(link.toString(), "nowhere");
    Files.delete(link);
    Path maker = roots.resolve("IFX");
    Files.createSymbolicLink(maker, Path.of("gone"));
    unreadable(maker.toString(), "nowhere");
    Files.delete(maker);
    Files.createSymbolicLink(roots.resolve("NOTES.txt"), Path.of("gone.txt"));
    Files.createSymbolicLink(roots.resolve(".hidden.pem"), Path.of("gone.pem"));
    assertThat(VendorRoots.load(roots).certificates()).isEmpty();
  }

  @Test
  void aLinkInACircleIsAnError() throws IOException {
    Path maker = Files.createDirectory(roots.resolve("IFX"));
    Files.createSymbolicLink(maker.resolve("again"), roots);
    unreadable("again", "");
  }

  /** Asked of the walker itself, since whoever runs this may be allowed to open everything. */
  @Test
  void aDirectoryThatCannotBeOpenedIsAnErrorOnlyWhereItIsAMakers() throws IOException {
    RootFiles walker = new RootFiles(roots, RootFiles.SubFolders.OF_MAKERS);
    for (String name : List.of("lost+found", "IFX/lost+found", "backup")) {
      Path directory = Files.createDirectories(roots.resolve(name));
      assertThat(walker.visitFileFailed(directory, new AccessDeniedException(name)))
          .isEqualTo(FileVisitResult.CONTINUE);
      IOException broken = new IOException("input/output error");
      assertThat(catchException(() -> walker.visitFileFailed(directory, broken))).isSameAs(broken);
    }
    Path makers = roots.resolve("IFX");
    Path numbered = Files.createDirectory(roots.resolve("id-00001014"));
    Path file = write("root.der");
    for (Path path : List.of(roots, makers, numbered, file)) {
      IOException closed = new AccessDeniedException(path.toString());
      assertThat(catchException(() -> walker.visitFileFailed(path, closed))).isSameAs(closed);
    }
  }

  @Test
  void foldersMountedIntoContainersAreRead() throws IOException {
    write("..2026_01/IFX/root.der");
    write("..2026_01/other.der");
    Files.createSymbolicLink(roots.resolve("..data"), Path.of("..2026_01"));
    Files.createSymbolicLink(roots.resolve("IFX"), Path.of("..data/IFX"));
    Files.createSymbolicLink(roots.resolve("other.der"), Path.of("..data/other.der"));
    assertThat(VendorRoots.load(roots).certificates())
        .extracting(pinned -> pinned.maker().orElse("any"))
        .containsExactly("IFX", "any");
  }

  @Test
  void endingsInUpperCaseAreReadLikeThoseInLowerCase() throws IOException {
    write("IFX/ROOT.DER");
    write("other.Cer");
    assertThat(VendorRoots.load(roots).certificates()).hasSize(2);
    Files.createFile(roots.resolve("EMPTY.PEM"));
    unreadable("EMPTY.PEM", "no certificate");
  }

  @Test
  void aFileWithoutAListOfRevocationsIsAnError() throws IOException {
    for (String name : List.of("revoked.crl", "REVOKED.CRL")) {
      Path file = Files.createFile(roots.resolve(name));
      unreadable(name, "no list of revocations");
      Files.writeString(file, "nothing");
      unreadable(name, "");
      Files.delete(file);
    }
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Path file = write("root.der");
    assertThat(catchException(() -> VendorRoots.load(file))).isInstanceOf(IOException.class);
    assertThat(catchException(() -> VendorRoots.load(roots.resolve("none"))))
        .isInstanceOf(IOException.class);
  }
}
