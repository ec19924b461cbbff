// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import java.util.Locale;
import java.util.Optional;

/** On what ground an endorsement key counts as that of a genuine TPM. */
public enum Genuine {
  /** Its fingerprint was registered beforehand. */
  REGISTERED,
  /** A vendor of TPMs vouches for it by a certificate. */
  ENDORSED,
  /** On none: it may be a software key. */
  UNPROVEN;

  /** The level of a key. A registration makes genuine, whatever its certificate says. */
  public static Genuine of(boolean registered, Optional<EkJudgement> endorsement) {
    if (registered) {
      return REGISTERED;
    }
    return endorsement.filter(EkJudgement::endorses).isPresent() ? ENDORSED : UNPROVEN;
  }

  /** Whether there is a ground. */
  public boolean isProven() {
    return this != UNPROVEN;
  }

  /** The word in rows and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The level of this word. */
  public static Genuine ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
