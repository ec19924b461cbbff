// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.tpm.TpmHandles;
import io.fleetverifier.tpm.TpmName;

/**
 * Something in the TPM that a command names by its handle; authorisations are computed over its
 * Name, so that nobody between program and TPM can swap the handle.
 *
 * @param handle TPM_HANDLE, all 32 bits
 */
public record TpmEntity(int handle, TpmName name) {

  /** The owner hierarchy. */
  public static final TpmEntity OWNER = permanent(TpmHandles.OWNER);

  /** The endorsement hierarchy. */
  public static final TpmEntity ENDORSEMENT = permanent(TpmHandles.ENDORSEMENT);

  /** No entity. */
  public static final TpmEntity NULL = permanent(TpmHandles.NULL);

  /** A hierarchy, a PCR or a session: its Name is its handle. */
  public static TpmEntity permanent(int handle) {
    return new TpmEntity(handle, TpmName.ofHandle(handle));
  }

  @Override
  public String toString() {
    return "0x" + Integer.toHexString(handle);
  }
}
