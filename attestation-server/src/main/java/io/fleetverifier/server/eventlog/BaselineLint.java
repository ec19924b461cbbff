// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** Advice on what a baseline leaves open. It warns; it decides nothing. */
public final class BaselineLint {

  /** What is worth a warning. */
  public enum Code {
    /** PCR 7 without 4 or 11: whatever the same authority signed looks the same. */
    SECURE_BOOT_ONLY,
    /** PCR 11 without 12 or 13: what is handed to the image beside its file is left open. */
    IMAGE_WITHOUT_ADDITIONS,
    /** A register in which this boot measured what it was told is left open. */
    MEASURED_BUT_OPEN,
    /** A rule on Secure Boot that forbids no image. */
    OLD_LOADERS_ALLOWED,
    /** A measured command line lets whoever stands at the device into a shell. */
    INITRD_SHELL
  }

  /** One warning. */
  public record Warning(Code code, String text) {}

  /** Where the stub measures what it is given beside the image. */
  private static final List<Integer> ADDITIONS = List.of(12, 13);

  /** Registers that tell which kernel was started. */
  private static final Set<Integer> KERNEL = Set.of(4, 8, 9, 11);

  /** Registers that tell what the kernel or its loader was given; a boot may leave them zero. */
  private static final List<Integer> OPEN_TO_INPUT = List.of(8, 9, 12, 13, 14);

  /** Where the systemd stub measures a command line that it was given. */
  private static final int STUB_PCR = 12;

  /** Where GRUB and the stub measure command lines. */
  private static final List<Integer> OF_COMMAND_LINES = List.of(8, STUB_PCR);

  private static final int LONGEST_WORD = 64;
  private static final Bytes GRUB_COMMAND_LINE = Bytes.utf8("kernel_cmdline: ");
  private static final Set<String> OFF = Set.of("0", "no", "false", "off");
  private static final Set<String> ENDS_WITHOUT_SHELL = Set.of("reboot", "poweroff", "halt");

  private BaselineLint() {}

  /**
   * Warnings about the registers that a version covers, or that all enforced baselines of a group
   * cover together. Source: systemd-stub(7), "TPM PCR Notes".
   */
  public static List<Warning> registers(Set<Integer> pcrs) {
    List<Warning> warnings = new ArrayList<>();
    if (pcrs.contains(7) && !pcrs.contains(4) && !pcrs.contains(11)) {
      warnings.add(
          new Warning(
              Code.SECURE_BOOT_ONLY,
              "PCR 7 alone says which keys may sign, not what was started: any signed image"
                  + " passes. Ask for PCR 4 or 11 too."));
    }
    if (pcrs.contains(11)) {
      for (int pcr : ADDITIONS) {
        if (!pcrs.contains(pcr)) {
          warnings.add(new Warning(Code.IMAGE_WITHOUT_ADDITIONS, additions(pcr)));
        }
      }
    }
    return List.copyOf(warnings);
  }

  private static String additions(int pcr) {
    String what = pcr == 12 ? "another kernel command line, credentials and add-ons" : "extensions";
    return "PCR 11 without PCR " + pcr + ": " + what + " given to the image stay unseen.";
  }

  /**
   * Warnings about a boot from whose log a version is made: what it measured in registers that the
   * version leaves open, and command lines that permit a shell.
   *
   * @param pcrs the registers that the version covers
   */
  public static List<Warning> boot(Replay replay, Set<Integer> pcrs) {
    return boot(replay, replay::events, pcr -> !replay.events(pcr).isEmpty(), pcrs);
  }

  /**
   * The same for quoted values: what they prove of the log, and which of them are not zero,
   * whatever the log says.
   *
   * @param pcrs the registers that the version covers
   */
  public static List<Warning> boot(LogAgainstQuote boot, Set<Integer> pcrs) {
    return boot(
        boot.replay(),
        pcr -> boot.provenEvents(pcr).orElse(List.of()),
        pcr ->
            Optional.ofNullable(boot.explanations().get(pcr))
                .filter(found -> !found.quoted().isAllZero())
                .isPresent(),
        pcrs);
  }

  private static List<Warning> boot(
      Replay replay, IntFunction<List<Event>> events, IntPredicate isMeasured, Set<Integer> pcrs) {
    List<Warning> warnings = new ArrayList<>();
    if (pcrs.stream().anyMatch(KERNEL::contains)) {
      for (int pcr : OPEN_TO_INPUT) {
        if (!pcrs.contains(pcr) && isMeasured.test(pcr)) {
          warnings.add(
              new Warning(
                  Code.MEASURED_BUT_OPEN,
                  "This boot measured into PCR " + pcr + ", which the version leaves open."));
        }
      }
    }
    for (int pcr : OF_COMMAND_LINES) {
      for (Event event : events.apply(pcr)) {
        commandLine(replay, event).ifPresent(line -> warnings.addAll(commandLine(line)));
      }
    }
    return List.copyOf(warnings);
  }

  /** The kernel command line that this event measured, where its digest proves one. */
  private static Optional<String> commandLine(Replay replay, Event event) {
    boolean ofGrub = event.data().startsWith(GRUB_COMMAND_LINE);
    return event.pcr() == STUB_PCR || ofGrub
        ? replay.proof(event).proven().map(BaselineLint::text)
        : Optional.empty();
  }

  /** GRUB measures ASCII, the systemd stub UTF-16. */
  private static String text(Span content) {
    boolean wide = content.size() >= 4 && content.at(1) == 0 && content.at(3) == 0;
    return wide ? content.toUtf16() : content.toLatin1();
  }

  /** Warnings about a rule on Secure Boot. */
  public static List<Warning> secureBoot(SecureBootRule rule) {
    return rule.forbidden().isEmpty()
        ? List.of(
            new Warning(
                Code.OLD_LOADERS_ALLOWED,
                "The rule on Secure Boot asks for nothing in dbx: old boot loaders with known holes"
                    + " stay allowed."))
        : List.of();
  }

  /**
   * Warnings about a kernel command line. Sources: dracut.cmdline(7), initramfs-tools(7),
   * systemd-debug-generator(8), kernel-parameters.
   */
  public static List<Warning> commandLine(String commandLine) {
    List<Warning> warnings = new ArrayList<>();
    for (String word : commandLine.replace('\0', ' ').trim().split("\\s+", -1)) {
      if (permitsShell(word.replace("\"", ""))) {
        warnings.add(
            new Warning(
                Code.INITRD_SHELL,
                "The command line holds "
                    + printable(word)
                    + ": it can open a shell before the disk is locked"
                    + " again."));
      }
    }
    return List.copyOf(warnings);
  }

  /** Whoever made the boot chose the word; people read it in terminals. */
  private static String printable(String word) {
    String plain = word.replaceAll("[^!-~]", "?");
    return plain.length() <= LONGEST_WORD ? plain : plain.substring(0, LONGEST_WORD) + "…";
  }

  private static boolean permitsShell(String word) {
    int equals = word.indexOf('=');
    String name = (equals < 0 ? word : word.substring(0, equals)).replace('_', '-');
    String value = equals < 0 ? "" : word.substring(equals + 1);
    return switch (name) {
      case "rd.break", "break", "init", "rdinit", "rd.rescue", "emergency", "rescue" -> true;
      case "rd.emergency" -> !ENDS_WITHOUT_SHELL.contains(value);
      case "rd.shell", "systemd.debug-shell", "rd.systemd.debug-shell" -> !OFF.contains(value);
      case "systemd.unit", "rd.systemd.unit" ->
          value.startsWith("emergency") || value.startsWith("rescue");
      default -> false;
    };
  }
}
