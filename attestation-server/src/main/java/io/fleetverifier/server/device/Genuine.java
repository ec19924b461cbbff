// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import java.util.Locale;

/** On what ground an endorsement key counts as that of a genuine TPM. */
public enum Genuine {
  /** Its fingerprint was registered beforehand. */
  REGISTERED,
  /** On none: it may be a software key. */
  UNPROVEN;

  /** The word in rows and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
