// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.demo;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.luks.LuksException;
import io.fleetverifier.luks.LuksHeader;
import io.fleetverifier.testing.Cryptsetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An encrypted volume in a file, by cryptsetup. */
final class Volume {

  private final Path file;

  Volume(Path file) {
    this.file = file;
  }

  Path file() {
    return file;
  }

  boolean format(String key) throws IOException {
    Cryptsetup.format(file, key);
    return opensWith(key);
  }

  /** A second keyslot for the day on which no server and no TPM helps. */
  boolean addRecoveryKey(String key, Path recoveryKey) throws IOException {
    Cryptsetup.addKey(file, key, recoveryKey);
    return opensWith(Files.readString(recoveryKey));
  }

  boolean opensWith(String key) throws IOException {
    return Cryptsetup.opens(file, key);
  }

  Bytes pin() throws IOException {
    try {
      return LuksHeader.read(file).pin();
    } catch (LuksException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
