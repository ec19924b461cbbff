// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class PostgresBinariesTest {

  @TempDir Path folder;

  @Test
  void anEntryThatLeavesTheFolderIsRefused() throws IOException {
    byte[] archive = archiveOf(new TarArchiveEntry("../escaped"));
    assertThatThrownBy(() -> PostgresBinaries.unpack(archive, folder.resolve("bin")))
        .hasMessageContaining("leaves the archive");
    assertThat(folder.resolve("escaped")).doesNotExist();
  }

  @Test
  void aLinkThatLeavesTheFolderIsRefused() throws IOException {
    TarArchiveEntry link = new TarArchiveEntry("lib/out", TarConstants.LF_SYMLINK);
    link.setLinkName("../../escaped");
    byte[] archive = archiveOf(link);
    assertThatThrownBy(() -> PostgresBinaries.unpack(archive, folder.resolve("bin")))
        .hasMessageContaining("leaves the archive");
  }

  @Test
  void aDeviceEntryIsRefused() throws IOException {
    byte[] archive = archiveOf(new TarArchiveEntry("dev", TarConstants.LF_CHR));
    assertThatThrownBy(() -> PostgresBinaries.unpack(archive, folder.resolve("bin")))
        .hasMessageContaining("unexpected kind");
  }

  private static byte[] archiveOf(TarArchiveEntry entry) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new XZOutputStream(bytes, new LZMA2Options(0)))) {
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }
}
