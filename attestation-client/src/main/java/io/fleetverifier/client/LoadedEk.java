// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import io.fleetverifier.command.TpmEntity;
import io.fleetverifier.command.TransientObject;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.TpmtPublic;
import org.jspecify.annotations.Nullable;

/**
 * An endorsement key ready for use: at its persistent handle, where closing changes nothing, or
 * made for now, where closing flushes it.
 */
record LoadedEk(
    EkTemplate template, TpmEntity entity, TpmtPublic area, @Nullable TransientObject made)
    implements AutoCloseable {

  static LoadedEk persistent(EkTemplate template, int handle, TpmtPublic area) {
    return new LoadedEk(template, new TpmEntity(handle, area.name()), area, null);
  }

  static LoadedEk made(EkTemplate template, TransientObject object) {
    return new LoadedEk(template, object.entity(), object.area(), object);
  }

  @Override
  public void close() {
    if (made != null) {
      made.close();
    }
  }
}
