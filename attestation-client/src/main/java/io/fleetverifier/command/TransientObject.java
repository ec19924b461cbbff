// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.tpm.TpmtPublic;

/** An object that takes a slot of the TPM until it is closed. */
public final class TransientObject implements AutoCloseable {

  private final TpmChannel tpm;
  private final TpmEntity entity;
  private final TpmtPublic area;
  private boolean flushed;

  TransientObject(TpmChannel tpm, int handle, TpmtPublic area) {
    this.tpm = tpm;
    this.entity = new TpmEntity(handle, area.name());
    this.area = area;
  }

  public TpmEntity entity() {
    return entity;
  }

  /** Its public area. */
  public TpmtPublic area() {
    return area;
  }

  /** Flushes it; may be called again. */
  @Override
  public void close() {
    if (!flushed) {
      flushed = true;
      tpm.flush(entity.handle());
    }
  }
}
