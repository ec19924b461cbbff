// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.endorsement;

import io.fleetverifier.tpm.EkTemplate;
import java.util.Comparator;
import java.util.List;

/** Which endorsement key secrets are sealed to, where several are equally genuine. */
public final class SealingOrder {
  private static final List<EkTemplate> ORDER =
      List.of(
          EkTemplate.L2, // P-256
          EkTemplate.H2,
          EkTemplate.H3, // P-384
          EkTemplate.L1, // RSA
          EkTemplate.H1,
          EkTemplate.H6,
          EkTemplate.H7,
          EkTemplate.H4); // P-521

  private SealingOrder() {}

  /** The first is sealed to. */
  public static Comparator<EkTemplate> comparator() {
    return Comparator.comparingInt(ORDER::indexOf);
  }
}
