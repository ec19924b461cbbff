// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.LogFinding.Code;
import java.util.List;
import java.util.OptionalInt;

/**
 * With what PCR 0 began, as the log claims it: the locality of TPM2_Startup, or 4 where an H-CRTM
 * sequence came before. The claim is proven or refuted by the replay of PCR 0. Source: PFP,
 * "EV_NO_ACTION", "PCR initial value"; TPM 2.0 Library, Part 1, "PCR".
 */
record StartValue(OptionalInt startupLocality, boolean hcrtm) {

  private static final Bytes SIGNATURE = Bytes.concat(Bytes.utf8("StartupLocality"), Bytes.of(0));
  private static final int H_CRTM = 4;

  static StartValue of(List<Event> events, List<LogFinding> findings) {
    OptionalInt locality = OptionalInt.empty();
    boolean hcrtm = false;
    boolean begun = false;
    for (Event event : events) {
      if (event.isOf(EventType.NO_ACTION) && event.data().startsWith(SIGNATURE)) {
        if (begun || locality.isPresent() || !isExact(event)) {
          findings.add(ignored(event));
        } else {
          locality = OptionalInt.of(event.data().at(SIGNATURE.size()));
        }
      } else if (event.isOf(EventType.EFI_HCRTM_EVENT)) {
        if (begun || event.pcr() != 0) {
          findings.add(late(event));
        } else {
          hcrtm = true;
        }
      }
      begun |= event.isExtending() && event.pcr() == 0;
    }
    return new StartValue(locality, hcrtm);
  }

  private static boolean isExact(Event event) {
    if (event.pcr() != 0 || event.data().size() != SIGNATURE.size() + 1) {
      return false;
    }
    int value = event.data().at(SIGNATURE.size());
    return value == 0 || value == 3 || value == 4;
  }

  private static LogFinding ignored(Event event) {
    return LogFinding.ofEvent(
        Code.STARTUP_LOCALITY_IGNORED,
        event,
        "A StartupLocality record counts only once, exact, before PCR 0 is extended; this one was"
            + " ignored.");
  }

  private static LogFinding late(Event event) {
    return LogFinding.ofEvent(
        Code.HCRTM_NOT_FIRST, event, "An H-CRTM event that is not the first of PCR 0.");
  }

  /** The last octet of the value with which PCR 0 begins; the others are zero. */
  int lastOctet() {
    return hcrtm ? H_CRTM : startupLocality.orElse(0);
  }
}
