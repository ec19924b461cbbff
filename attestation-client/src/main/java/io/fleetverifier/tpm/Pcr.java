// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

import io.fleetverifier.bytes.Bytes;

/** Arithmetic on one platform configuration register. TPM 2.0 Library, Part 1: PCR operations. */
public final class Pcr {

  /** The number of PCRs of a PC Client TPM. */
  public static final int COUNT = 24;

  private Pcr() {}

  /** The value after an extend: the digest of the old value and the extended digest. */
  public static Bytes extend(HashAlg bank, Bytes old, Bytes digest) {
    requireSize(bank, old);
    requireSize(bank, digest);
    return bank.digest(old, digest);
  }

  /** The value of a PCR that starts at zero and was never extended. */
  public static Bytes zero(HashAlg bank) {
    return Bytes.zeros(bank.size());
  }

  static void requireIndex(int pcr) {
    if (pcr < 0 || pcr >= COUNT) {
      throw new IllegalArgumentException("no PCR has the index " + pcr);
    }
  }

  static void requireSize(HashAlg bank, Bytes value) {
    if (value.size() != bank.size()) {
      throw new IllegalArgumentException(
          "a value of the " + bank + " bank has no " + value.size() + " octets");
    }
  }
}
