// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.client.Tpm;
import io.fleetverifier.tpm.TpmsClockInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The phase of a boot in which volumes can be unlocked. It ends when {@code leave-initrd} is
 * extended into PCR 11: what was released before does not open any more, and the server releases
 * nothing more to this boot.
 *
 * <p>A note in the folder for what is forgotten at the next boot keeps the extend from being done
 * twice. It is written after the extend, and names the TPM's counters of boots, so an old one
 * counts for nothing.
 */
final class BootPhase {

  /** The PCR of boot phases. Source: systemd-pcrphase(8). */
  static final int PCR = 11;

  private static final Bytes LEAVE_INITRD = Bytes.utf8("leave-initrd");
  private static final String NOTE = "phase-closed";
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
      String boot = boot(tpm.clock());
      if (!isNoted(boot)) {
        tpm.measure(PCR, LEAVE_INITRD);
        note(boot);
      }
    }
  }

  private static String boot(TpmsClockInfo clock) {
    return "reset " + clock.resetCount() + " restart " + clock.restartCount() + "\n";
  }

  private boolean isNoted(String boot) {
    Path note = runFolder.resolve(NOTE);
    try {
      return Files.isRegularFile(note) && Files.readString(note).equals(boot);
    } catch (IOException e) {
      // Without a note the phase counts as open: extending once more shuts it all the same.
      return false;
    }
  }

  private void note(String boot) {
    try {
      Files.createDirectories(runFolder);
      Files.writeString(runFolder.resolve(NOTE), boot, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      // The phase is closed; only a second call of 'close' in this boot will extend once more.
      return;
    }
  }
}
