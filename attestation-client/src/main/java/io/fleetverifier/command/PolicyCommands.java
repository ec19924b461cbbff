// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.PcrSelection;
import io.fleetverifier.tpm.PolicyDigest;
import io.fleetverifier.tpm.TpmWriter;
import io.fleetverifier.tpm.TpmsClockInfo;
import java.util.List;

/** Steps of a policy. TPM 2.0 Library, Part 3: Enhanced Authorization (EA) Commands. */
public final class PolicyCommands {

  /** The octets before resetCount in TPMS_TIME_INFO: time and clock; restartCount follows it. */
  private static final int OFFSET_OF_RESET_COUNT = 16;

  private static final int OPERATION_EQUAL = 0;

  private final TpmChannel tpm;

  public PolicyCommands(TpmChannel tpm) {
    this.tpm = tpm;
  }

  /** TPM2_PolicySecret with the endorsement hierarchy, which has no password. */
  public void secretOfEndorsement(Session session) {
    TpmWriter parameters =
        new TpmWriter().sized(Bytes.EMPTY).sized(Bytes.EMPTY).sized(Bytes.EMPTY).u32(0);
    List<TpmEntity> handles = List.of(TpmEntity.ENDORSEMENT, session.entity());
    tpm.execute(
        TpmCommand.of(CommandCode.POLICY_SECRET, handles, parameters),
        Authorization.EMPTY_PASSWORD);
  }

  /** TPM2_PolicyOR. */
  public void or(Session session, List<PolicyDigest> branches) {
    TpmWriter parameters = new TpmWriter().u32(branches.size());
    branches.forEach(branch -> parameters.sized(branch.value()));
    execute(CommandCode.POLICY_OR, session, parameters);
  }

  /**
   * TPM2_PolicyPCR.
   *
   * @param pcrDigest the digest, by the hash of the session, that the PCRs must give now
   */
  public void pcr(Session session, PcrSelection selection, Bytes pcrDigest) {
    TpmWriter parameters = new TpmWriter().sized(pcrDigest).bytes(selection.encode());
    execute(CommandCode.POLICY_PCR, session, parameters);
  }

  /** TPM2_PolicyCounterTimer: resetCount and restartCount must be those given. */
  public void counters(Session session, TpmsClockInfo clock) {
    Bytes operand = Bytes.concat(Bytes.u32(clock.resetCount()), Bytes.u32(clock.restartCount()));
    TpmWriter parameters =
        new TpmWriter().sized(operand).u16(OFFSET_OF_RESET_COUNT).u16(OPERATION_EQUAL);
    execute(CommandCode.POLICY_COUNTER_TIMER, session, parameters);
  }

  /** TPM2_PolicyRestart: the session has an empty policy again, and keeps its nonce. */
  public void restart(Session session) {
    execute(CommandCode.POLICY_RESTART, session, new TpmWriter());
  }

  private void execute(CommandCode code, Session session, TpmWriter parameters) {
    tpm.execute(TpmCommand.of(code, List.of(session.entity()), parameters)).reader().end();
  }
}
