// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.server.explanation.EventMeaning.KnownText;
import io.fleetverifier.server.explanation.EventMeaning.PartitionTable;
import io.fleetverifier.server.explanation.EventMeaning.Separator;
import io.fleetverifier.server.explanation.EventMeaning.Text;
import io.fleetverifier.server.explanation.EventMeaning.Variable;
import java.util.Optional;

/** The sentence on one register whose events differ, by register and by what is proven of them. */
final class RegisterChange {

  private final Measurements shown;
  private final int first;
  private final Optional<EventMeaning> wantedEvent;
  private final Optional<EventMeaning> shownEvent;

  private RegisterChange(Measurements wanted, Measurements shown, int first) {
    this.shown = shown;
    this.first = first;
    this.wantedEvent = at(wanted, first);
    this.shownEvent = at(shown, first);
  }

  private static Optional<EventMeaning> at(Measurements measurements, int index) {
    return index < measurements.size()
        ? Optional.of(measurements.meaning(index))
        : Optional.empty();
  }

  /**
   * The cause, as far as this register alone tells it.
   *
   * @param first the place of the first event that differs
   */
  static Cause cause(Measurements wanted, Measurements shown, int first, ExpectedBoot expected) {
    RegisterChange change = new RegisterChange(wanted, shown, first);
    int pcr = shown.pcr();
    if (change.shownEvent.filter(new Separator(true)::equals).isPresent()) {
      return change.is(
          CauseKind.FIRMWARE_CHANGED, "The firmware reports that measuring failed (PCR %d).");
    }
    return switch (pcr) {
      case 0 -> change.firmware();
      case 1, 3 -> change.settings();
      case 2 ->
          change.is(
              CauseKind.DRIVER_CHANGED, "A driver or the option ROM of a card changed (PCR 2).");
      case 4 -> change.program();
      case 5 -> change.bootConfiguration();
      case 7 -> SecureBootChange.between(wanted, shown, first);
      case 8 -> BootCommands.change(wanted, shown, first);
      case 9 ->
          change.is(
              CauseKind.LOADED_FILE_CHANGED,
              "An initrd, another file or the options given to the kernel changed (PCR 9).");
      case 11 ->
          ImageChange.between(Optional.of(wanted), expected.image(), shown)
              .orElseGet(change::imageOrder);
      case 12 -> change.besideImage(expected.image().flatMap(KnownImage::commandLine));
      case 13 -> extension(pcr, "");
      case 14 ->
          change.is(
              CauseKind.SHIM_KEYS_CHANGED, "The keys that shim trusts (MOK) changed (PCR 14).");
      case 15 ->
          change.is(
              CauseKind.SYSTEM_STATE_CHANGED,
              "The machine's identity, a volume key or a file system changed (PCR 15).");
      default ->
          change.is(
              CauseKind.PLATFORM_CHANGED,
              "What the maker of the machine measures changed (PCR %d).");
    };
  }

  /** Something was put beside the image. */
  static Cause extension(int pcr, String end) {
    String what = pcr == 12 ? "credentials, an add-on or a command line" : "a system extension";
    return Cause.of(
        CauseKind.EXTENSION_ADDED,
        pcr,
        "Something was put beside the image, " + what + " (PCR " + pcr + ")" + end + ".");
  }

  private Cause is(CauseKind kind, String sentence) {
    return Cause.of(kind, shown.pcr(), String.format(sentence, shown.pcr()));
  }

  private Cause firmware() {
    if (wantedEvent.orElse(null) instanceof Text(String from)
        && shownEvent.orElse(null) instanceof Text(String to)) {
      return Cause.of(
          CauseKind.FIRMWARE_CHANGED,
          0,
          "Firmware was updated: "
              + SafeText.quoted(from)
              + " became "
              + SafeText.quoted(to)
              + " (PCR 0).");
    }
    return is(
        CauseKind.FIRMWARE_CHANGED,
        "Firmware was updated or replaced: other code was measured (PCR 0).");
  }

  /**
   * A variable is named only where its name is measured with it, which is then so for the whole
   * event.
   */
  private Cause settings() {
    Optional<Variable> variable =
        shownEvent
            .or(() -> wantedEvent)
            .filter(Variable.class::isInstance)
            .map(Variable.class::cast);
    if (variable.isPresent()) {
      return Cause.of(
          CauseKind.FIRMWARE_SETTINGS_CHANGED,
          shown.pcr(),
          "The firmware's variable "
              + SafeText.quoted(variable.get().variable().name())
              + " changed (PCR "
              + shown.pcr()
              + ").");
    }
    return is(
        CauseKind.FIRMWARE_SETTINGS_CHANGED,
        shown.pcr() == 1
            ? "The firmware's settings, boot order or boot entries changed (PCR 1)."
            : "The settings of a driver or card changed (PCR 3).");
  }

  /** The first program is what the firmware starts; the next ones are started by the one before. */
  private Cause program() {
    boolean wantedProgram = wantedEvent.filter(RegisterChange::isProgram).isPresent();
    boolean shownProgram = shownEvent.filter(RegisterChange::isProgram).isPresent();
    if (wantedProgram && shownProgram) {
      long before =
          shown.meanings().subList(0, first).stream().filter(RegisterChange::isProgram).count();
      return before == 0
          ? is(CauseKind.BOOT_LOADER_CHANGED, "The boot loader changed (PCR 4).")
          : is(
              CauseKind.STARTED_IMAGE_CHANGED,
              "The boot loader is the expected one, but it started another program (PCR 4).");
    }
    if (wantedProgram && shownEvent.isEmpty()) {
      return is(
          CauseKind.STARTED_IMAGE_CHANGED, "A program that was expected was not started (PCR 4).");
    }
    if (shownProgram && wantedEvent.isEmpty()) {
      return is(
          CauseKind.STARTED_IMAGE_CHANGED, "One program more than expected was started (PCR 4).");
    }
    return is(
        CauseKind.STARTED_IMAGE_CHANGED,
        "The firmware started the boot in another way, such as from another entry (PCR 4).");
  }

  private static boolean isProgram(EventMeaning meaning) {
    return !(meaning instanceof Separator
        || meaning instanceof KnownText
        || meaning instanceof Text);
  }

  private Cause bootConfiguration() {
    boolean table =
        wantedEvent.orElse(null) instanceof PartitionTable
            || shownEvent.orElse(null) instanceof PartitionTable;
    return is(
        CauseKind.PARTITIONS_CHANGED,
        table
            ? "The partition table of the boot disk changed (PCR 5)."
            : "The boot disk's partitions or the boot configuration changed (PCR 5).");
  }

  private Cause imageOrder() {
    return is(
        CauseKind.IMAGE_CHANGED, "Another image: its sections are measured otherwise (PCR 11).");
  }

  private Cause besideImage(Optional<String> commandLine) {
    if (shownEvent.orElse(null) instanceof Text(String given)) {
      Optional<String> before =
          wantedEvent.orElse(null) instanceof Text(String usual) ? Optional.of(usual) : commandLine;
      String how =
          before
              .map(usual -> CommandLine.of(usual).changesTo(CommandLine.of(given)))
              .orElseGet(() -> SafeText.quoted(given));
      return Cause.of(
          CauseKind.COMMAND_LINE_OVERRIDDEN,
          12,
          "Kernel command line was overridden (PCR 12): " + how + ".");
    }
    return shownEvent.isEmpty()
        ? is(
            CauseKind.EXTENSION_ADDED,
            "Something that is expected beside the image is missing (PCR 12).")
        : extension(12, "");
  }
}
