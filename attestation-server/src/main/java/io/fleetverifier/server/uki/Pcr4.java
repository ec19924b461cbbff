// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.Pcr;
import java.util.EnumMap;
import java.util.Map;

/**
 * The arithmetic of PCR 4 for firmware that starts the image as its first boot option. Source: PFP,
 * "PCR[4]"; seen with OVMF and the systemd stub 252. Other firmware, a boot loader before the
 * image, or another stub can measure more.
 */
final class Pcr4 {

  private static final Bytes BOOT_OPTION = Bytes.utf8("Calling EFI Application from Boot Option");
  private static final Bytes SEPARATOR = Bytes.zeros(4);

  private Pcr4() {}

  /**
   * With Secure Boot on the stub starts the kernel by itself.
   *
   * @param image bank to Authenticode digest of the image
   */
  static Map<HashAlg, Bytes> secureBootOn(Map<HashAlg, Bytes> image) {
    Map<HashAlg, Bytes> values = new EnumMap<>(HashAlg.class);
    image.forEach((bank, digest) -> {
      Bytes value = Pcr.extend(bank, Pcr.zero(bank), bank.digest(BOOT_OPTION));
      value = Pcr.extend(bank, value, bank.digest(SEPARATOR));
      values.put(bank, Pcr.extend(bank, value, digest));
    });
    return values;
  }

  /**
   * With Secure Boot off the firmware loads the kernel for the stub, and measures it too.
   *
   * @param kernel bank to Authenticode digest of the kernel inside
   */
  static Map<HashAlg, Bytes> secureBootOff(Map<HashAlg, Bytes> image, Map<HashAlg, Bytes> kernel) {
    Map<HashAlg, Bytes> values = secureBootOn(image);
    kernel.forEach((bank, digest) ->
        values.computeIfPresent(bank, (same, value) -> Pcr.extend(bank, value, digest)));
    return values;
  }
}
