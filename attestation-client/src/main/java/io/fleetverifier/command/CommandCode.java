// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

/** The commands sent by this library. TPM 2.0 Library, Part 2: TPM_CC. */
public enum CommandCode {
  CREATE_PRIMARY(0x131, "TPM2_CreatePrimary", true),
  PCR_EVENT(0x13c, "TPM2_PCR_Event", false),
  STARTUP(0x144, "TPM2_Startup", false),
  ACTIVATE_CREDENTIAL(0x147, "TPM2_ActivateCredential", false),
  NV_READ(0x14e, "TPM2_NV_Read", false),
  POLICY_SECRET(0x151, "TPM2_PolicySecret", false),
  IMPORT(0x156, "TPM2_Import", false),
  LOAD(0x157, "TPM2_Load", true),
  QUOTE(0x158, "TPM2_Quote", false),
  UNSEAL(0x15e, "TPM2_Unseal", false),
  FLUSH_CONTEXT(0x165, "TPM2_FlushContext", false),
  NV_READ_PUBLIC(0x169, "TPM2_NV_ReadPublic", false),
  POLICY_COUNTER_TIMER(0x16d, "TPM2_PolicyCounterTimer", false),
  POLICY_OR(0x171, "TPM2_PolicyOR", false),
  READ_PUBLIC(0x173, "TPM2_ReadPublic", false),
  START_AUTH_SESSION(0x176, "TPM2_StartAuthSession", true),
  GET_CAPABILITY(0x17a, "TPM2_GetCapability", false),
  PCR_READ(0x17e, "TPM2_PCR_Read", false),
  POLICY_PCR(0x17f, "TPM2_PolicyPCR", false),
  POLICY_RESTART(0x180, "TPM2_PolicyRestart", false),
  READ_CLOCK(0x181, "TPM2_ReadClock", false),
  PCR_EXTEND(0x182, "TPM2_PCR_Extend", false);

  private final int code;
  private final String tcgName;
  private final boolean returnsHandle;

  CommandCode(int code, String tcgName, boolean returnsHandle) {
    this.code = code;
    this.tcgName = tcgName;
    this.returnsHandle = returnsHandle;
  }

  /** The TPM_CC. */
  public int code() {
    return code;
  }

  /** Whether a handle stands before the parameters of the response. */
  boolean returnsHandle() {
    return returnsHandle;
  }

  /** The name in Part 3, such as TPM2_Quote. */
  @Override
  public String toString() {
    return tcgName;
  }
}
