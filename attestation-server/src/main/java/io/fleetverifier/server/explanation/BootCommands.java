// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.server.explanation.EventMeaning.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What changed in PCR 8, where GRUB measures its commands and the command lines it gives to
 * kernels. Which of both a text is, the log only claims; here the text itself decides.
 */
final class BootCommands {

  private static final int PCR = 8;

  private BootCommands() {}

  static Cause change(Measurements wanted, Measurements shown, int first) {
    return commandLine(kernels(wanted), kernels(shown))
        .map(how ->
            Cause.of(
                CauseKind.COMMAND_LINE_CHANGED, PCR, "Kernel command line changed: " + how + "."))
        .orElseGet(() -> command(shown, first));
  }

  private static List<String> kernels(Measurements measurements) {
    List<String> lines = new ArrayList<>();
    for (EventMeaning meaning : measurements.meanings()) {
      if (meaning instanceof Text(String text) && CommandLine.isKernels(text)) {
        lines.add(text);
      }
    }
    return lines;
  }

  private static Optional<String> commandLine(List<String> wanted, List<String> shown) {
    for (int i = 0; i < Math.min(wanted.size(), shown.size()); i++) {
      if (!wanted.get(i).equals(shown.get(i))) {
        return Optional.of(CommandLine.of(wanted.get(i)).changesTo(CommandLine.of(shown.get(i))));
      }
    }
    return Optional.empty();
  }

  private static Cause command(Measurements shown, int first) {
    Optional<String> text =
        first < shown.size() && shown.meaning(first) instanceof Text(String command)
            ? Optional.of(command)
            : Optional.empty();
    return Cause.of(
        CauseKind.BOOT_COMMANDS_CHANGED,
        PCR,
        text.map(command ->
                "The boot loader ran another command (PCR 8): " + SafeText.quoted(command) + ".")
            .orElse("The boot loader ran other commands (PCR 8)."));
  }
}
