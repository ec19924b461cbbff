// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image put together the usual way: objcopy adds sections to the stub that systemd ships. */
class BuiltImageTest {

  private static final Path STUB =
      Path.of(System.getProperty("fv.stub", "/usr/lib/systemd/boot/efi/linuxx64.efi.stub"));
  private static final Path OBJCOPY = Path.of("/usr/bin/objcopy");

  @TempDir private Path folder;

  @Test
  void anImageMadeOfTheStubOfTheSystemHasTheForetoldSections() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(OBJCOPY) && Files.isRegularFile(STUB),
        "not run: needs " + OBJCOPY + " (binutils) and " + STUB + " (systemd-boot)");
    Uki image = Uki.read(build());
    assertThat(image.stub())
        .hasValueSatisfying(stub -> assertThat(stub).startsWith("systemd-stub"));
    assertThat(image.sections()).extracting(Uki.Section::name).contains(".linux", ".text", ".sbat");
    assertThat(image.sections())
        .filteredOn(section -> section.name().equals(".linux"))
        .extracting(Uki.Section::sha256)
        .containsExactly(Bytes.utf8("KERNEL").sha256());
    assertThat(image.commandLine()).contains("root=LABEL=BOOT");
    if (image.stub().orElseThrow().startsWith("systemd-stub 252")) {
      Bytes value =
          Objects.requireNonNull(image.profiles().getFirst().pcr11().get(HashAlg.SHA256)).get("");
      assertThat(value)
          .isEqualTo(
              Bytes.fromHex("f760583b3dbdc87d5fcfc602055112d902b7430453098395f4ee993f39eb3b06"));
    }
  }

  private Path build() throws IOException, InterruptedException {
    Path image = folder.resolve("image.efi");
    List<String> command = new ArrayList<>(List.of(OBJCOPY.toString()));
    String[][] sections = {
      {".osrel", "NAME=x\n", "0x60000"},
      {".cmdline", "root=LABEL=BOOT", "0x70000"},
      {".pcrpkey", "PUB", "0x80000"},
      {".initrd", "INITRD", "0x1000000"},
      {".linux", "KERNEL", "0x2000000"},
    };
    for (String[] section : sections) {
      Path content = Files.writeString(folder.resolve(section[0]), section[1]);
      command.addAll(List.of("--add-section", section[0] + "=" + content));
      command.addAll(List.of("--change-section-vma", section[0] + "=" + section[2]));
    }
    command.addAll(List.of(STUB.toString(), image.toString()));
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).isZero();
    return image;
  }
}
