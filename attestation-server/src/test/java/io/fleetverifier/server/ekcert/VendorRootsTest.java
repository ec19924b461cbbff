// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import static io.fleetverifier.server.ekcert.Judged.NOW;
import static io.fleetverifier.server.ekcert.Judged.endorsed;
import static io.fleetverifier.server.ekcert.Judged.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import io.fleetverifier.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  void aSubFolderOfAnotherNameIsAnError() throws IOException {
    for (String name : List.of("ifx", "Infineon", "TOOLONG", "A B", "all")) {
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
