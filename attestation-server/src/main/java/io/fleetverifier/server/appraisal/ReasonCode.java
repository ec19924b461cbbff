// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import org.jspecify.annotations.Nullable;

/**
 * Every reason that an appraisal can give. Names are stable: devices, dashboards and runbooks know
 * them. docs/reference/reasons.md says more of each, and a test holds the two together.
 */
public enum ReasonCode {
  NO_BASELINE(
      Kind.TRUST,
      "no enforced baseline is bound to the device's group for this purpose",
      "bind a baseline to the group, or add this purpose to a binding"),
  NO_ACCEPTED_VERSION(
      Kind.TRUST,
      "a bound baseline has no version that counts for the group now",
      "accept a published version for the group, or prolong the acceptance that ended"),
  BASELINE_EMPTY(
      Kind.TRUST,
      "an accepted version names no PCR",
      "end its acceptance and accept a version with values"),
  PCR_MISMATCH(
      Kind.TRUST,
      "the boot equals no accepted version of a baseline",
      "compare the PCRs that differ with what was rolled out; accept the new version if it is yours, else inspect the device"),
  RULE_NOT_MET(
      Kind.TRUST,
      "the values fit, but the boot's events do not meet a rule of a baseline",
      "look at the events that offend; accept a version that allows them if they are yours, else inspect the device"),
  LOG_MISSING(
      Kind.TRUST,
      "a baseline has rules over the boot's events, and no boot log explains the quoted values",
      "find out why the device sends no whole boot log of this boot, or bind a baseline of exact values"),
  NOT_A_TPM_LOG(
      Kind.TRUST,
      "the boot log is that of a confidential virtual machine, not of a TPM",
      "find out what answers in the device's place"),
  PCR_NEVER_EXTENDED(
      Kind.TRUST,
      "a register of the firmware is as after a reset, so that whoever runs later can forge it",
      "switch the SHA-256 bank on in the firmware; if it was on, look whether the device woke from sleep with a faulty firmware"),
  PCR_CAPPED(
      Kind.TRUST,
      "a register of the firmware was closed as that of a bank not in use",
      "switch the SHA-256 bank on in the firmware"),
  VERSION_REVOKED(
      Kind.TRUST,
      "the boot equals a version that was revoked",
      "boot or install a version that is accepted"),
  VERSION_NOT_ACCEPTED(
      Kind.TRUST,
      "the boot equals a known version that does not count for the group",
      "accept the version for the group, or boot one that is accepted"),
  WRONG_PHASE(
      Kind.TRUST,
      "a secret is asked for after the phase in which disks are unlocked",
      "let the device reboot; if it comes again, find out what asks for secrets in the running system"),
  TPM_CLEARED(
      Kind.TRUST,
      "the TPM was cleared or replaced by an emulation since it was last seen",
      "inspect the device; if the clear was yours, open a new epoch of its TPM"),
  EVIDENCE_OUT_OF_ORDER(
      Kind.TRUST,
      "the evidence is older than evidence already received",
      "none if newer evidence arrived; if it comes again, inspect the device"),
  TPM_FIRMWARE_DOWNGRADED(
      Kind.TRUST,
      "the TPM's firmware is older than it was",
      "find out who put the older firmware there; if it was you, open a new epoch of its TPM"),
  SOURCE_NETWORK(
      Kind.TRUST,
      "the evidence came from outside the group's networks",
      "find out where the device is; correct the group's networks or the trusted proxies if they are wrong"),
  SILENT_TOO_LONG(
      Kind.TRUST,
      "the device was silent for longer than its group allows",
      "find out where the device was; open a new epoch of its TPM to let it back"),
  VOLUME_PIN_MISMATCH(
      Kind.TRUST,
      "a volume is not the one that was provisioned",
      "inspect the disk; if it was made anew by you, provision the volume again"),
  EK_DENIED(
      Kind.TRUST,
      "a deny list names an endorsement key of the device, its certificate, its CA or its firmware",
      "none if that is meant; else remove the entry from the deny list"),
  EK_REVOKED(
      Kind.TRUST,
      "the vendor has revoked the certificate of an endorsement key of the device",
      "replace the device: nobody knows any more who holds its key"),
  EK_NOT_ENDORSED(
      Kind.TRUST,
      "neither a registration nor a vendor vouches for the endorsement key that the device's secrets are sealed to",
      "look at what was found of its certificate; bring back the vendor's CA, or let the group accept unproven TPMs"),
  DEVICE_REVOKED(
      Kind.TRUST,
      "the device was revoked or retired",
      "none; the address in the record tells where it was"),

  RELEASES_OFF(
      Kind.RELEASE,
      "releases are switched off for the whole fleet",
      "switch them on when the reason is gone; devices ask again by themselves"),
  NOT_PROVISIONED(
      Kind.RELEASE, "no secret exists for a volume", "provision the volume on the device"),
  ALREADY_PROVISIONED(
      Kind.RELEASE,
      "a volume has an active secret already",
      "unlock with it; to make the volume anew, retire its secret first"),
  VOLUME_PIN_MISSING(
      Kind.RELEASE,
      "the claims do not say which volume the secret would open",
      "look at the device's console: it could not read the volume's header"),
  REBOOT_REQUIRED(
      Kind.RELEASE,
      "the releases of this boot are used up",
      "none, the device reboots by itself; if it comes again, find out why unlocking fails there"),
  ANSWER_KEY_UNKNOWN(
      Kind.RELEASE,
      "the device accepts none of the server's answer keys",
      "bring back the answer key that the device's image lists, or roll out an image that lists a present one"),
  SECRET_UNREADABLE(
      Kind.RELEASE,
      "a stored secret does not open: it was changed, or moved from another device",
      "use the recovery key, provision anew, and find out who wrote to the database"),

  BASELINE_OBSERVED_MISMATCH(
      Kind.WARNING,
      "the boot differs from a baseline that is only observed",
      "repair the baseline or the device before it is enforced"),
  RESET_JUMP(
      Kind.WARNING,
      "the device was reset more than once since it was last seen",
      "none if it was offline; else look who starts it, and with what"),
  FIRMWARE_CHANGED(
      Kind.WARNING, "the TPM's firmware version changed", "check that the update was planned"),
  LOG_UNREADABLE(
      Kind.WARNING,
      "the boot log cannot be read, or has no SHA-256 digests",
      "none as long as exact values are asked; else find out what the device's firmware writes there");

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
  private final String nextStep;

  ReasonCode(Kind kind, String meaning, String nextStep) {
    this.kind = kind;
    this.meaning = meaning;
    this.nextStep = nextStep;
  }

  /** The code that a column holds, if it holds one. */
  public static @Nullable ReasonCode ofColumn(@Nullable String name) {
    return name == null ? null : valueOf(name);
  }

  public Kind kind() {
    return kind;
  }

  /** What it means: one sentence, without a full stop. */
  public String meaning() {
    return meaning;
  }

  /** What an operator does next: one sentence, without a full stop. */
  public String nextStep() {
    return nextStep;
  }
}
