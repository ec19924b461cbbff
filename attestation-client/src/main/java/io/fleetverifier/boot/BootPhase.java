// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.client.Tpm;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The phase in which disks are unlocked. Whoever is in this process's place afterwards, an
 * emergency shell above all, must find it closed, unless the disk was opened and the boot goes on:
 * so {@link #close} ends it on every way out, a signal included, but for the one on which {@link
 * #unlocked} was said.
 */
final class BootPhase implements AutoCloseable {
  private static final int PCR = 11;
  private static final Bytes LEAVE_INITRD = Bytes.utf8("leave-initrd");

  private final Supplier<Tpm> tpms;
  private final AtomicBoolean over = new AtomicBoolean();
  private final Thread onSignal = new Thread(this::close, "close-boot-phase");

  BootPhase(Supplier<Tpm> tpms) {
    this.tpms = tpms;
    Runtime.getRuntime().addShutdownHook(onSignal);
  }

  /** Measures that the initrd is left; later attestations show it until the next boot. */
  static void leave(Supplier<Tpm> tpms) {
    try (Tpm tpm = tpms.get()) {
      tpm.measure(PCR, LEAVE_INITRD);
    }
  }

  /** The disk can be opened: the boot goes on, and {@code close} is a command of its own. */
  void unlocked() {
    over.set(true);
  }

  @Override
  public void close() {
    if (over.compareAndSet(false, true)) {
      leave(tpms);
    }
  }
}
