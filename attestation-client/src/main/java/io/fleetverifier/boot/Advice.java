// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

/** What the person at the machine can do. docs/reference/reasons.md says more to the operator. */
final class Advice {

  private static final String OPERATOR = "read this line to the operator";

  private Advice() {}

  /** Advice on the first code of a finding. */
  static String on(Finding finding) {
    String code = finding.code().split(",", 2)[0];
    return switch (code) {
      case "NO_BASELINE", "NO_ACCEPTED_VERSION", "BASELINE_EMPTY", "VERSION_NOT_ACCEPTED" ->
          "leave the machine on; the operator has to accept this version";
      case "PCR_MISMATCH" ->
          "leave the machine on; tell the operator whether firmware, image or settings were changed";
      case "VERSION_REVOKED" -> "start the newer image if there is one, and tell the operator";
      case "WRONG_PHASE" -> "restart the machine";
      case "TPM_CLEARED", "FIRMWARE_CHANGED" ->
          "tell the operator whether the TPM or the firmware was reset or updated";
      case "SOURCE_NETWORK" -> "connect the machine to its own network";
      case "VOLUME_PIN_MISMATCH" -> "tell the operator whether the disk was exchanged or made anew";
      case "VOLUME_PIN_MISSING", "VOLUME_REFUSED" ->
          "check that the right disk is connected, and tell the operator";
      case "VOLUME_MISSING" -> "check that the disk is connected";
      case "REBOOT_REQUIRED" ->
          "nothing, the machine restarts; if it comes again, tell the operator";
      case "not-enrolled", "PENDING", "NOT_ADMITTED" ->
          "have the operator compare the EK code of 'doctor' and approve or register this machine";
      case "JOIN_TOKEN_INVALID" -> "get a new join token from the operator";
      case "ALREADY_PROVISIONED" ->
          "unlock the volume; to make it anew the operator has to retire its secret first";
      case "SERVER_UNREACHABLE" -> "check the network cable, the network and the server's address";
      case "TLS_REFUSED" ->
          "check for a proxy that opens TLS; else the image lists another CA or name than the server has";
      case "RELEASE_REFUSED" -> "trust nothing on this network, and tell the operator";
      case "TPM_SILENT" -> "check that the TPM is switched on in the firmware's setup";
      case "ENDORSEMENT_PASSWORD" -> "clear the endorsement password of the TPM";
      case "RELEASE_UNSUPPORTED" -> "use the recovery key; this TPM needs other firmware";
      case "USAGE", "CONFIG_WRONG", "OUTPUT" -> "correct it and start again";
      case "retry", "too-many-requests", "ADMISSION_BUSY", "challenge-expired" -> "nothing, wait";
      case "PHASE_OPEN" -> "switch the machine off now";
      default -> OPERATOR;
    };
  }
}
