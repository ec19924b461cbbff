// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.endorsement.EkJudgement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What was last found of the endorsement keys of devices. */
public interface JudgedKeys {

  /**
   * One key.
   *
   * @param template its label, such as L-2
   * @param fingerprint SHA-256 of its SubjectPublicKeyInfo
   * @param sealing whether the device's secrets are sealed to it
   * @param judgement absent where it has no certificate and nobody denies it
   */
  record JudgedKey(
      String template, Bytes fingerprint, boolean sealing, Optional<EkJudgement> judgement) {}

  /** Those of the device's present TPM. */
  List<JudgedKey> of(UUID device);
}
