// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

/**
 * What each register is for, where its events say no more. Sources: PFP, "PCR usage"; UAPI.7, Linux
 * TPM PCR registry.
 */
final class Registers {

  private Registers() {}

  /** What an event of the register is of, in a few words. */
  static String content(int pcr) {
    return switch (pcr) {
      case 0 -> "firmware";
      case 1 -> "firmware settings";
      case 2 -> "a driver or option ROM";
      case 3 -> "settings of a driver";
      case 4 -> "a program started by the firmware";
      case 5 -> "boot configuration";
      case 6 -> "something of the machine's maker";
      case 7 -> "Secure Boot policy";
      case 8 -> "a command of the boot loader";
      case 9 -> "a file, initrd or command line";
      case 11 -> "a part of the image";
      case 12 -> "something beside the image";
      case 13 -> "a system extension";
      case 14 -> "a key list of shim";
      default -> "something of the system";
    };
  }
}
