// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** An image put together the usual way: objcopy adds sections to the stub that systemd ships. */
public final class BuiltImage {

  private static final Path STUB =
      Path.of(System.getProperty("fv.stub", "/usr/lib/systemd/boot/efi/linuxx64.efi.stub"));
  private static final Path OBJCOPY = Path.of("/usr/bin/objcopy");

  private BuiltImage() {}

  /**
   * The image, in this folder; the test is aborted, and so listed, where it cannot be built.
   *
   * @param folder an empty one
   */
  public static Path in(Path folder) throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        Files.isExecutable(OBJCOPY) && Files.isRegularFile(STUB),
        "not run: needs " + OBJCOPY + " (binutils) and " + STUB + " (systemd-boot)");
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
