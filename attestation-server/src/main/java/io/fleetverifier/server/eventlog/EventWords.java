// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import java.util.Optional;

/**
 * What an event says, in words for a person who reviews a log. Only what the digest proves is said
 * plainly; the place that an image came from is a hint, and told as one.
 */
public final class EventWords {

  private static final int LONGEST = 300;
  private static final Bytes GRUB_COMMAND_LINE = Bytes.utf8("kernel_cmdline: ");

  private EventWords() {}

  /** Some words, where there is more to say than the type and the digest do. */
  public static Optional<String> of(Replay replay, Event event) {
    if (replay.separator(event).isPresent()) {
      return Optional.of("separator");
    }
    Optional<Span> proven = replay.proof(event).proven();
    if (proven.isEmpty()) {
      return image(event);
    }
    return variable(event, proven.get()).or(() -> text(proven.get())).map(EventWords::shortened);
  }

  /** The kernel command line that this event measured, where its digest proves one. */
  static Optional<String> commandLine(Replay replay, Event event) {
    boolean ofGrub = event.pcr() == 8 && event.data().startsWith(GRUB_COMMAND_LINE);
    boolean ofStub = event.pcr() == 12;
    return ofGrub || ofStub
        ? replay.proof(event).proven().flatMap(EventWords::text)
        : Optional.empty();
  }

  private static Optional<String> image(Event event) {
    if (!event.isOf(EventType.EFI_BOOT_SERVICES_APPLICATION)
        && !event.isOf(EventType.EFI_BOOT_SERVICES_DRIVER)
        && !event.isOf(EventType.EFI_RUNTIME_SERVICES_DRIVER)) {
      return Optional.empty();
    }
    try {
      return ImageLoad.decode(event.data())
          .devicePath()
          .filePath()
          .map(path -> shortened("an image, said to come from " + path));
    } catch (EventLogException noHint) {
      return Optional.empty();
    }
  }

  private static Optional<String> variable(Event event, Span proven) {
    if (!event.isOf(EventType.EFI_VARIABLE_DRIVER_CONFIG)
        && !event.isOf(EventType.EFI_VARIABLE_BOOT2)
        && !event.isOf(EventType.EFI_VARIABLE_AUTHORITY)) {
      return Optional.empty();
    }
    try {
      UefiVariable variable = UefiVariable.decodeMeasured(event, proven);
      return Optional.of("variable " + variable.name() + ", " + variable.data().size() + " octets");
    } catch (EventLogException noVariable) {
      return Optional.empty();
    }
  }

  /** The content as text in ASCII or UTF-16, if it is one. */
  private static Optional<String> text(Span content) {
    boolean wide = content.size() >= 4 && content.at(1) == 0 && content.at(3) == 0;
    String text = (wide ? content.toUtf16() : content.toLatin1()).replace('\0', ' ').strip();
    boolean printable = !text.isEmpty() && text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    return printable ? Optional.of(text) : Optional.empty();
  }

  private static String shortened(String words) {
    return words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "…";
  }
}
