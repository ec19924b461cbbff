// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Advice on what a baseline leaves open. It warns; it decides nothing. */
public final class BaselineLint {

  /** What is worth a warning. */
  public enum Code {
    /** PCR 7 without 4 or 11: whatever the same authority signed looks the same. */
    SECURE_BOOT_ALONE,
    /** A measured command line lets whoever stands at the device into a shell. */
    INITRD_SHELL
  }

  /** One warning. */
  public record Warning(Code code, String text) {}

  private static final Set<String> OFF = Set.of("0", "no", "false", "off");
  private static final Set<String> ENDS_WITHOUT_SHELL = Set.of("reboot", "poweroff", "halt");

  private BaselineLint() {}

  /** Warnings about the registers that all enforced baselines of a group cover together. */
  public static List<Warning> registers(Set<Integer> pcrs) {
    if (!pcrs.contains(7) || pcrs.contains(4) || pcrs.contains(11)) {
      return List.of();
    }
    return List.of(
        new Warning(
            Code.SECURE_BOOT_ALONE,
            "PCR 7 alone is the same for every image that the same authority signed: add PCR 4 or"
                + " 11."));
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
                    + word
                    + ": it can open a shell before the disk is locked"
                    + " again."));
      }
    }
    return List.copyOf(warnings);
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
