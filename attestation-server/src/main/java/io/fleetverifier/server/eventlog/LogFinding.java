// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import java.util.OptionalInt;

/**
 * Something worth telling about a log.
 *
 * @param pcr the register it concerns, if one
 * @param event the number of the event it concerns, if one
 * @param text one plain sentence for a person
 */
public record LogFinding(Code code, OptionalInt pcr, OptionalInt event, String text) {

  /** What was found, for programs. */
  public enum Code {
    /** A log of a confidential virtual machine: its registers are no PCRs. */
    NOT_A_TPM_LOG,
    /** The log ends with octets that are no records: all 00 or all FF. */
    PADDING,
    /** The log declares a hash algorithm that is not known; its digests are passed over. */
    UNKNOWN_BANK,
    /** The type is not known; the event is replayed by its digest. */
    UNKNOWN_EVENT_TYPE,
    /** A StartupLocality record is not exact, not the first one, or comes too late. */
    STARTUP_LOCALITY_IGNORED,
    /** An H-CRTM event is not the first event of PCR 0, so it sets no start value. */
    HCRTM_NOT_FIRST,
    /** Events have no digest in this bank, so it cannot be replayed for this register. */
    BANK_INCOMPLETE,
    /** A register of 0..7 has no separator. */
    MISSING_SEPARATOR,
    /** A register of 0..7 has a further separator. */
    DUPLICATE_SEPARATOR,
    /** The firmware reports that an error ended its measurements. */
    ERROR_SEPARATOR,
    /** A separator of an unusual form: one octet FF. */
    ODD_SEPARATOR,
    /** The digest is that of a separator, the type says something else. */
    DISGUISED_SEPARATOR,
    /** The type says separator, the digest is of none. */
    FALSE_SEPARATOR,
    /** After the separator of its register such an event has no place. */
    AFTER_SEPARATOR,
    /** An event of PCR 0..7 that comes after the firmware handed over to the operating system. */
    AFTER_EXIT_BOOT_SERVICES,
    /** The data of this event must be what was measured, and is not. */
    DATA_CONTRADICTS_DIGEST,
    /** The measured data is not the structure that its type says. */
    MALFORMED_DATA,
    /** The record holds one octet more than was measured, as older versions of shim do. */
    ONE_OCTET_TOO_MANY,
    /** Nothing tells where the firmware ended and the operating system began. */
    NO_EXIT_BOOT_SERVICES,
    /** The register was never extended. */
    PCR_NEVER_EXTENDED,
    /** The register was closed by one extend of zeros; what the log says of it is not shown. */
    PCR_CAPPED,
    /** An event that Secure Boot's register should not have, or whose data is not proven. */
    SECURE_BOOT_UNEXPECTED_EVENT,
    /** A variable of Secure Boot is missing, given twice, late, or of the wrong vendor. */
    SECURE_BOOT_VARIABLE,
    /** Secure Boot is said to be on without keys, or without anything that was checked. */
    SECURE_BOOT_WITHOUT_KEYS,
    /** The firmware was in a mode for debugging. */
    UEFI_DEBUG_MODE,
    /** The firmware did not protect memory from devices. */
    DMA_PROTECTION_DISABLED,
    /** The firmware announces something else about its security. */
    SECURE_BOOT_ACTION,
    /** PCR 7 is not explained by the log, so it tells nothing about Secure Boot. */
    SECURE_BOOT_NOT_REPLAYED
  }

  static LogFinding ofLog(Code code, String text) {
    return new LogFinding(code, OptionalInt.empty(), OptionalInt.empty(), text);
  }

  static LogFinding ofPcr(Code code, int pcr, String text) {
    return new LogFinding(code, OptionalInt.of(pcr), OptionalInt.empty(), text);
  }

  static LogFinding ofEvent(Code code, Event event, String text) {
    OptionalInt pcr =
        event.pcr() == Event.NO_PCR ? OptionalInt.empty() : OptionalInt.of(event.pcr());
    return new LogFinding(code, pcr, OptionalInt.of(event.number()), text);
  }
}
