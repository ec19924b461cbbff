// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

/**
 * The kinds of causes, the ones that say most of a boot first: of several the first is told, the
 * others beside it. Names are stable.
 */
public enum CauseKind {
  COMMAND_LINE_OVERRIDDEN(
      "find out who started the device so; a new start without it is trusted again"),
  COMMAND_LINE_CHANGED("accept the new version if the change is yours; else inspect the device"),
  SECURE_BOOT_OFF("switch Secure Boot on again and find out who switched it off"),
  IMAGE_CHANGED("accept the version of this image if it is yours; else install the right one"),
  SECURE_BOOT_ON("accept a version that was taken with Secure Boot on"),
  SECURE_BOOT_KEYS_CHANGED("accept the new keys if you enrolled them; else inspect the device"),
  SHIM_KEYS_CHANGED("find out who enrolled or removed a key; accept it only if it is yours"),
  EXTENSION_ADDED("find out what was put beside the image, and who put it there"),
  AUTHORITY_CHANGED("find out whose signature the boot loader carries now"),
  FIRMWARE_CHANGED("accept the new firmware if you updated it; else inspect the device"),
  DBX_CHANGED("accept a version with the new dbx if it was updated; else restore it"),
  BOOT_LOADER_CHANGED("accept the new version if you rolled it out; else install the right one"),
  STARTED_IMAGE_CHANGED("accept the new version if you rolled it out; else install the right one"),
  BOOT_COMMANDS_CHANGED("compare the boot loader's configuration with what was rolled out"),
  LOADED_FILE_CHANGED("compare initrd, kernel and boot files with what was rolled out"),
  DRIVER_CHANGED("find out which card was added, taken out or updated"),
  PARTITIONS_CHANGED("compare the partitions of the boot disk with what was installed"),
  FIRMWARE_SETTINGS_CHANGED(
      "compare the firmware's settings and boot entries with those of a good device"),
  PLATFORM_CHANGED("ask the maker of the machine what was measured"),
  SYSTEM_STATE_CHANGED("compare the machine's identity and file systems with what is expected"),
  PHASE_CLOSED(
      "let the device reboot; if it comes again, find out what asks in the running system"),
  EXTENDED_AFTER_LOG("find out what extends this register after the firmware's log ends"),
  NOTHING_TO_COMPARE(
      "give the version a boot log or an image, or let a good device attest once with its log"),
  NOT_EXPLAINED("have the device send its boot log; where it does, the log is not of this boot");

  private final String nextStep;

  CauseKind(String nextStep) {
    this.nextStep = nextStep;
  }

  /** What an operator does next: one sentence, without a full stop. */
  public String nextStep() {
    return nextStep;
  }
}
