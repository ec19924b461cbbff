// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

/**
 * The TPM's clock and its counters of boots. TPM 2.0 Library, Part 2: TPMS_CLOCK_INFO.
 *
 * @param clock milliseconds the TPM was powered since it was last cleared; 64 bits, unsigned
 * @param resetCount TPM Resets since the TPM was last cleared, in 0..2^32-1
 * @param restartCount TPM Restarts and Resumes since the last TPM Reset, in 0..2^32-1
 * @param safe whether no later value of the clock was reported before
 */
public record TpmsClockInfo(long clock, long resetCount, long restartCount, boolean safe) {

  public TpmsClockInfo {
    if (resetCount >>> 32 != 0 || restartCount >>> 32 != 0) {
      throw new IllegalArgumentException("a counter is not a 32-bit number");
    }
  }

  /** Reads a TPMS_CLOCK_INFO inside another structure. */
  public static TpmsClockInfo decode(TpmReader in) {
    return new TpmsClockInfo(
        in.u64("clock"), in.u32("resetCount"), in.u32("restartCount"), in.yesNo("safe"));
  }

  void encode(TpmWriter out) {
    out.u64(clock).u32(resetCount).u32(restartCount).yesNo(safe);
  }
}
