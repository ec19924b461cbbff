// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.server.endorsement.EkJudgement;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One device with its TPMs.
 *
 * @param verdict of the last authentic evidence under present policy; absent before the first
 * @param freshness fresh, stale or never
 * @param lastAttestation id of the last authentic evidence
 */
public record DeviceDetail(
    UUID id,
    String name,
    String group,
    String lifecycle,
    String state,
    Instant since,
    @Nullable String verdict,
    List<String> reasonCodes,
    List<String> warningCodes,
    String freshness,
    @Nullable Instant lastEvidence,
    @Nullable UUID lastAttestation,
    Instant enrolledAt,
    @Nullable Instant endedAt,
    long openFindings,
    List<Tpm> tpms) {

  /**
   * A TPM that the device proved.
   *
   * @param active whether it is the device's present one
   * @param epoch goes up when an operator accepts that it was cleared
   * @param genuine endorsed, registered or unproven
   * @param endorsementRefusal why it no longer counts as the genuine TPM that was enrolled
   * @param ours registered, join-token or approval
   * @param sealingEk fingerprint of the EK that secrets are sealed to
   * @param state what it last said of itself; absent before the first evidence
   */
  public record Tpm(
      UUID id,
      boolean active,
      int epoch,
      String genuine,
      @Nullable String endorsementRefusal,
      String ours,
      String sealingEk,
      Instant createdAt,
      List<Ek> eks,
      List<Ak> aks,
      @Nullable TpmState state) {}

  /**
   * An endorsement key.
   *
   * @param endorsement what was found of its certificate; absent where there is none
   */
  public record Ek(
      String fingerprint,
      String template,
      String genuine,
      boolean hasCertificate,
      @Nullable EkJudgement endorsement) {}

  /** An attestation key; its Name in hexadecimal. */
  public record Ak(String name, boolean active) {}

  /**
   * Counters of a TPM.
   *
   * @param firmwareVersion in hexadecimal
   * @param cleared whether it was found cleared: no release until an operator opens a new epoch
   */
  public record TpmState(
      long resetCount,
      long restartCount,
      String firmwareVersion,
      boolean safe,
      boolean cleared,
      Instant receivedAt) {}
}
