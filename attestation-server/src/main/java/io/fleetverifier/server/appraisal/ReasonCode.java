// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

/**
 * Every reason that an appraisal can give. Names are stable: devices, dashboards and runbooks know
 * them. docs/reference/reasons.md says more of each, and a test holds the two together.
 */
public enum ReasonCode {
  NO_BASELINE(Kind.TRUST, "no enforced baseline is bound to the device's group for this purpose"),
  NO_ACCEPTED_VERSION(Kind.TRUST, "a bound baseline has no version that counts for the group now"),
  BASELINE_EMPTY(Kind.TRUST, "an accepted version names no PCR"),
  PCR_MISMATCH(Kind.TRUST, "the boot equals no accepted version of a baseline"),
  VERSION_REVOKED(Kind.TRUST, "the boot equals a version that was revoked"),
  VERSION_NOT_ACCEPTED(
      Kind.TRUST, "the boot equals a known version that does not count for the group"),
  WRONG_PHASE(Kind.TRUST, "a secret is asked for after the phase in which disks are unlocked"),
  TPM_CLEARED(Kind.TRUST, "the TPM was cleared or replaced by an emulation since it was last seen"),
  EVIDENCE_OUT_OF_ORDER(Kind.TRUST, "older than evidence already received"),
  SOURCE_NETWORK(Kind.TRUST, "the evidence came from outside the group's networks"),
  SILENT_TOO_LONG(Kind.TRUST, "the device was silent for longer than its group allows"),
  VOLUME_PIN_MISMATCH(Kind.TRUST, "a volume is not the one that was provisioned"),
  DEVICE_REVOKED(Kind.TRUST, "the device was revoked"),

  RELEASES_OFF(Kind.RELEASE, "releases are switched off for the whole fleet"),
  NOT_PROVISIONED(Kind.RELEASE, "no secret exists for a volume"),
  ALREADY_PROVISIONED(Kind.RELEASE, "a volume has an active secret already"),
  VOLUME_PIN_MISSING(Kind.RELEASE, "the claims do not say which volume the secret would open"),
  REBOOT_REQUIRED(Kind.RELEASE, "the releases of this boot are used up"),
  ANSWER_KEY_UNKNOWN(Kind.RELEASE, "the device accepts none of the server's answer keys"),
  SECRET_UNREADABLE(
      Kind.RELEASE, "a stored secret does not open: it was changed, or moved from another device"),

  BASELINE_OBSERVED_MISMATCH(
      Kind.WARNING, "the boot differs from a baseline that is only observed"),
  RESET_JUMP(Kind.WARNING, "the device was reset more than once since it was last seen"),
  FIRMWARE_CHANGED(Kind.WARNING, "the TPM's firmware version changed");

  /** What a reason is about. */
  public enum Kind {
    /** The device is not trusted. */
    TRUST,
    /** The device may be trusted; a secret is not let go. */
    RELEASE,
    /** Nothing is refused; somebody should look. */
    WARNING
  }

  private final Kind kind;
  private final String meaning;

  ReasonCode(Kind kind, String meaning) {
    this.kind = kind;
    this.meaning = meaning;
  }

  public Kind kind() {
    return kind;
  }

  /** One sentence, without a full stop. */
  public String meaning() {
    return meaning;
  }
}
