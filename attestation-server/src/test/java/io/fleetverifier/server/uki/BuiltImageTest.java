// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image put together the usual way: objcopy adds sections to the stub that systemd ships. */
class BuiltImageTest {

  @TempDir private Path folder;

  @Test
  void anImageMadeOfTheStubOfTheSystemHasTheForetoldSections() throws Exception {
    Uki image = Uki.read(BuiltImage.in(folder));
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
}
