// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.LogFinding.Code;
import io.fleetverifier.tpm.Pcr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks through one replayed bank for what a sound log does not have: the rules for separators, for
 * what may follow them, and for data that must be what was measured. Source: PFP, "EV_SEPARATOR",
 * "PCR usage".
 */
public final class LogCheck {

  /**
   * How many registers the firmware measures into before it hands over, PCR 0 the first; each ends
   * with a separator.
   */
  public static final int FIRMWARE_PCRS = 8;

  private static final int BOOT_VARIABLES = 1;

  static final Bytes EXIT_INVOCATION = Bytes.utf8("Exit Boot Services Invocation");
  static final Bytes EXIT_SUCCESS = Bytes.utf8("Exit Boot Services Returned with Success");

  private static final Set<EventType> DRIVERS =
      Set.of(
          EventType.EFI_BOOT_SERVICES_DRIVER,
          EventType.EFI_RUNTIME_SERVICES_DRIVER,
          EventType.EFI_BOOT_SERVICES_APPLICATION,
          EventType.EFI_VARIABLE_BOOT,
          EventType.EFI_VARIABLE_BOOT2,
          EventType.EFI_HANDOFF_TABLES,
          EventType.EFI_HANDOFF_TABLES2,
          EventType.EFI_VARIABLE_DRIVER_CONFIG,
          EventType.EFI_ACTION);
  private static final Set<EventType> APPLICATIONS =
      Set.of(
          EventType.EFI_BOOT_SERVICES_APPLICATION,
          EventType.EFI_BOOT_SERVICES_DRIVER,
          EventType.EFI_ACTION,
          EventType.ACTION,
          EventType.IPL,
          EventType.COMPACT_HASH);
  private static final Set<EventType> BOOT_CONFIGURATION =
      Set.of(
          EventType.EFI_GPT_EVENT,
          EventType.EFI_GPT_EVENT2,
          EventType.EFI_ACTION,
          EventType.ACTION,
          EventType.EFI_VARIABLE_BOOT,
          EventType.EFI_VARIABLE_BOOT2,
          EventType.IPL,
          EventType.IPL_PARTITION_DATA,
          EventType.EVENT_TAG);
  private static final Set<EventType> AUTHORITIES =
      Set.of(EventType.EFI_VARIABLE_AUTHORITY, EventType.EFI_ACTION);

  private final Replay replay;
  private final List<LogFinding> findings = new ArrayList<>();

  private LogCheck(Replay replay) {
    this.replay = replay;
  }

  /** All findings about the bank, register by register. */
  public static List<LogFinding> of(Replay replay) {
    return replay.findings();
  }

  static List<LogFinding> compute(Replay replay) {
    LogCheck check = new LogCheck(replay);
    if (replay.log().isTpmLog()) {
      check.tpmRegisters();
    } else {
      check.ccRegisters();
    }
    check.handOver();
    return List.copyOf(check.findings);
  }

  private void tpmRegisters() {
    for (int pcr = 0; pcr < Pcr.COUNT; pcr++) {
      completeness(pcr);
      if (pcr < FIRMWARE_PCRS) {
        separators(pcr);
      }
      data(pcr);
    }
  }

  /** The registers of a confidential virtual machine hold several PCRs' separators each. */
  private void ccRegisters() {
    for (int register = 0; register < Pcr.COUNT; register++) {
      completeness(register);
      boolean ended = false;
      for (Event event : replay.events(register)) {
        if (replay.separator(event).isPresent()) {
          if (ended) {
            add(
                Code.DUPLICATE_SEPARATOR,
                event,
                "A further separator of register " + register + ".");
          }
          ended = true;
        }
      }
      data(register);
    }
  }

  private void completeness(int pcr) {
    if (!replay.isComplete(pcr)) {
      findings.add(
          LogFinding.ofPcr(
              Code.BANK_INCOMPLETE,
              pcr,
              "Events of PCR "
                  + pcr
                  + " have no "
                  + replay.bank().label()
                  + " digest: this bank cannot be replayed for it."));
    }
  }

  private void separators(int pcr) {
    boolean ended = false;
    for (Event event : replay.events(pcr)) {
      Optional<Separator> separator =
          replay.separator(event).filter(found -> !isBootOrder(event, found));
      if (separator.isPresent()) {
        separator(event, separator.get(), ended);
        ended = true;
      } else if (event.isOf(EventType.SEPARATOR)) {
        add(Code.FALSE_SEPARATOR, event, "Labelled a separator, but its digest is of none.");
      } else if (ended && !mayFollowSeparator(event)) {
        add(
            Code.AFTER_SEPARATOR,
            event,
            event.typeLabel() + " after the separator of PCR " + pcr + ".");
      }
    }
    if (!ended) {
      findings.add(
          LogFinding.ofPcr(Code.MISSING_SEPARATOR, pcr, "PCR " + pcr + " has no separator."));
    }
  }

  /**
   * A boot order of 0001, 0000 is made of the octets of an error separator. An error that goes by
   * this name hides nothing: its register lacks a separator then.
   */
  private boolean isBootOrder(Event event, Separator separator) {
    return separator == Separator.ERROR
        && event.pcr() == BOOT_VARIABLES
        && event.isOf(EventType.EFI_VARIABLE_BOOT)
        && replay.proof(event).proven().isPresent();
  }

  private void separator(Event event, Separator separator, boolean repeated) {
    if (repeated) {
      add(Code.DUPLICATE_SEPARATOR, event, "A further separator of PCR " + event.pcr() + ".");
    }
    if (!event.isOf(EventType.SEPARATOR)) {
      add(
          Code.DISGUISED_SEPARATOR,
          event,
          "The digest is that of a separator, the type says " + event.typeLabel() + ".");
    }
    switch (separator) {
      case ERROR -> add(Code.ERROR_SEPARATOR, event, "The firmware reports an error in measuring.");
      case SINGLE_OCTET ->
          add(Code.ODD_SEPARATOR, event, "A separator of one octet FF, as old firmware has it.");
      case WBCL ->
          add(Code.FALSE_SEPARATOR, event, "The separator of Windows does not belong here.");
      case ZEROS, ONES -> {}
    }
  }

  private static boolean mayFollowSeparator(Event event) {
    Set<EventType> allowed =
        switch (event.pcr()) {
          case 1, 2, 3 -> DRIVERS;
          case 4 -> APPLICATIONS;
          case 5 -> BOOT_CONFIGURATION;
          case 7 -> AUTHORITIES;
          default -> Set.of();
        };
    return event.knownType().filter(allowed::contains).isPresent();
  }

  private void data(int pcr) {
    for (Event event : replay.events(pcr)) {
      DataProof proof = replay.proof(event);
      if (proof.isContradicted()) {
        add(
            Code.DATA_CONTRADICTS_DIGEST,
            event,
            "The data of " + event.typeLabel() + " is not what was measured.");
      }
      proof.proven().ifPresent(proven -> structure(event, proven));
    }
  }

  private void structure(Event event, Span proven) {
    boolean authority = event.isOf(EventType.EFI_VARIABLE_AUTHORITY);
    if (authority && proven.size() < event.data().size()) {
      add(Code.ONE_OCTET_TOO_MANY, event, "The record holds one octet more than was measured.");
    }
    if (authority || event.isOf(EventType.EFI_VARIABLE_DRIVER_CONFIG)) {
      try {
        UefiVariable.decodeMeasured(event, proven);
      } catch (EventLogException malformed) {
        add(Code.MALFORMED_DATA, event, "What was measured is no UEFI variable.");
      }
    }
  }

  private void handOver() {
    Optional<Event> exit = exitBootServices(replay);
    if (exit.isEmpty()) {
      findings.add(
          LogFinding.ofLog(
              Code.NO_EXIT_BOOT_SERVICES,
              "No event shows where the firmware handed over: later events are not proven to precede"
                  + " the operating system."));
      return;
    }
    for (Event event : replay.log().events()) {
      if (event.number() > exit.get().number() && isFirmwares(event)) {
        add(Code.AFTER_EXIT_BOOT_SERVICES, event, "Measured after the firmware handed over.");
      }
    }
  }

  private boolean isFirmwares(Event event) {
    return replay.log().isTpmLog() && event.isExtending() && event.pcr() < FIRMWARE_PCRS;
  }

  /** The last event that tells that the firmware handed over, where one does. */
  static Optional<Event> exitBootServices(Replay replay) {
    Event last = null;
    for (Event event : replay.log().events()) {
      boolean inItsPcr = !replay.log().isTpmLog() || event.pcr() == 5;
      if (inItsPcr && event.isOf(EventType.EFI_ACTION) && saysExit(replay.proof(event))) {
        last = event;
      }
    }
    return Optional.ofNullable(last);
  }

  private static boolean saysExit(DataProof proof) {
    return proof
        .proven()
        .filter(text -> text.equalsBytes(EXIT_INVOCATION) || text.equalsBytes(EXIT_SUCCESS))
        .isPresent();
  }

  private void add(Code code, Event event, String text) {
    findings.add(LogFinding.ofEvent(code, event, text));
  }
}
