// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.client.Tpm;
import io.fleetverifier.tpm.HashAlg;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * The phase of a boot in which volumes can be unlocked. It ends when {@code leave-initrd} is
 * extended into PCR 11: what was released before does not open any more, and the server releases
 * nothing more to this boot.
 *
 * <p>A note of the PCR's value before the extend keeps it from being done twice. The note is not
 * believed: it counts only if extending that value gives the one that the TPM holds now, and nobody
 * finds such a value for a phase that is open. So it does not matter who can write where it lies,
 * nor that a note of an earlier boot is still there.
 */
final class BootPhase {

  /** The PCR of boot phases. Source: systemd-pcrphase(8). */
  static final int PCR = 11;

  private static final Bytes LEAVE_INITRD = Bytes.utf8("leave-initrd");
  private static final String NOTE = "phase-closed";
  private static final int LONGEST_NOTE = 32;
  private static final int TRIES = 3;

  private final Supplier<Tpm> tpms;
  private final Path runFolder;
  private boolean over;

  /**
   * The phase of this boot.
   *
   * @param runFolder where the note lies
   */
  BootPhase(Supplier<Tpm> tpms, Path runFolder) {
    this.tpms = tpms;
    this.runFolder = runFolder;
  }

  /** Hands over secrets, unless the phase was closed meanwhile: then nothing is handed over. */
  synchronized void deliver(Runnable delivery) {
    if (over) {
      throw EndedException.local("INTERRUPTED", "the program was told to end");
    }
    delivery.run();
    over = true;
  }

  /**
   * Closes the phase, unless secrets were handed over.
   *
   * @throws EndedException when the TPM does not let it be closed
   */
  synchronized void closeUnlessDelivered() {
    if (!over) {
      close();
      over = true;
    }
  }

  /**
   * Closes the phase, unless that was done in this boot.
   *
   * @throws EndedException when the TPM does not let it be closed
   */
  synchronized void close() {
    for (int tries = 1; ; tries++) {
      try {
        closeOnce();
        return;
      } catch (RuntimeException e) {
        if (tries == TRIES) {
          throw new EndedException(
              new Finding(
                  "PHASE_OPEN",
                  "the phase of unlocking could not be closed: " + e.getMessage(),
                  ExitCode.TPM));
        }
      }
    }
  }

  private void closeOnce() {
    try (Tpm tpm = tpms.get()) {
      Bytes value = tpm.pcrRead(HashAlg.SHA256, List.of(PCR)).get(PCR).orElseThrow();
      if (!wasClosedTo(value)) {
        // Before the extend: if its answer is lost, the next try sees whether it was done.
        note(value);
        tpm.measure(PCR, LEAVE_INITRD);
      }
    }
  }

  private boolean wasClosedTo(Bytes value) {
    Path note = runFolder.resolve(NOTE);
    try (InputStream in = Files.newInputStream(note)) {
      Bytes before = Bytes.copyOf(in.readNBytes(LONGEST_NOTE));
      return Bytes.concat(before, LEAVE_INITRD.sha256()).sha256().equals(value);
    } catch (IOException e) {
      // Without a note the phase counts as open: extending once more shuts it all the same.
      return false;
    }
  }

  private void note(Bytes before) {
    try {
      Files.createDirectories(runFolder);
      Files.write(runFolder.resolve(NOTE), before.toArray());
    } catch (IOException e) {
      // Closing matters, not the note; without it a second call in this boot extends once more.
      return;
    }
  }
}
