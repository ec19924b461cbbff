// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.EventLogException;
import io.fleetverifier.server.eventlog.EventType;
import io.fleetverifier.server.eventlog.ImageLoad;
import io.fleetverifier.server.eventlog.Span;
import io.fleetverifier.server.eventlog.UefiVariable;
import java.util.Optional;

/** What a log says of an event without proof: shown to people, and used for nothing else. */
final class Hints {

  /** Octets before the text in an EV_EVENT_TAG: its number and the size of what follows. */
  private static final int TAG_HEADER = 8;

  private Hints() {}

  static Optional<String> of(Event event) {
    return said(event).map(text -> "the log says " + SafeText.quoted(text) + ", not verified");
  }

  private static Optional<String> said(Event event) {
    Optional<EventType> type = event.knownType();
    if (type.isEmpty()) {
      return Optional.empty();
    }
    try {
      return switch (type.get()) {
        case EFI_BOOT_SERVICES_APPLICATION, EFI_BOOT_SERVICES_DRIVER, EFI_RUNTIME_SERVICES_DRIVER ->
            ImageLoad.decode(event.data()).devicePath().filePath();
        case EFI_VARIABLE_BOOT, EFI_VARIABLE_BOOT2, EFI_VARIABLE_DRIVER_CONFIG ->
            Optional.of(UefiVariable.decode(event.data()).name());
        case EVENT_TAG -> tag(event.data());
        default -> MeasuredText.of(event.data());
      };
    } catch (EventLogException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<String> tag(Span data) {
    return data.size() <= TAG_HEADER ? Optional.empty() : MeasuredText.of(data.slice(TAG_HEADER));
  }
}
