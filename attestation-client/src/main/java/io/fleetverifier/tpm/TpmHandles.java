// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.tpm;

/** Permanent handles. TPM 2.0 Library, Part 2: TPM_RH. */
public final class TpmHandles {

  public static final int OWNER = 0x40000001;
  public static final int NULL = 0x40000007;
  public static final int RS_PW = 0x40000009;
  public static final int ENDORSEMENT = 0x4000000b;
  public static final int PLATFORM = 0x4000000c;

  private TpmHandles() {}
}
