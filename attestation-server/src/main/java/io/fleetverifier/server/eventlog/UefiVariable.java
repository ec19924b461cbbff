// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.server.eventlog.EventLogException.Fault;

/**
 * A UEFI variable as events hold it. Source: PFP, UEFI_VARIABLE_DATA.
 *
 * @param vendor the namespace of the name
 * @param data the value, in place
 */
public record UefiVariable(Guid vendor, String name, Span data) {

  private static final int LONGEST_NAME = 1024;

  /** Octets that older versions of shim put behind a variable, at most. */
  private static final int LONGEST_SLACK = 7;

  /**
   * Decodes what was measured of an event that holds a variable. Older versions of shim make the
   * record some octets longer than the variable, all zero, and log one more than they measure.
   *
   * @param proven the measured part of the event's data
   * @throws EventLogException for anything else
   */
  static UefiVariable decodeMeasured(Event event, Span proven) {
    LogReader in = new LogReader(proven, Fault.DATA);
    UefiVariable variable = decode(in);
    boolean oldShim = proven.size() < event.data().size();
    if (oldShim && in.remaining() <= LONGEST_SLACK) {
      while (in.remaining() > 0) {
        if (in.u8("slack") != 0) {
          throw in.fault("octets after the variable");
        }
      }
    }
    in.end("the variable");
    return variable;
  }

  /**
   * Decodes a whole structure.
   *
   * @throws EventLogException for anything else
   */
  public static UefiVariable decode(Span structure) {
    LogReader in = new LogReader(structure, Fault.DATA);
    UefiVariable variable = decode(in);
    in.end("the variable");
    return variable;
  }

  private static UefiVariable decode(LogReader in) {
    Guid vendor = new Guid(in.take("variableName", Guid.SIZE).toBytes());
    long characters = in.u64Size("unicodeNameLength");
    long size = in.u64Size("variableDataLength");
    if (characters > LONGEST_NAME) {
      throw in.fault("a name of " + characters + " characters");
    }
    String name = name(in.take("unicodeName", 2 * characters), in);
    Span data = in.take("variableData", size);
    return new UefiVariable(vendor, name, data);
  }

  /** Half a surrogate pair has no text: two names would look the same. */
  private static String name(Span unicodeName, LogReader in) {
    for (int i = 0; i < unicodeName.size(); i += 2) {
      int high = unicodeName.at(i + 1);
      if (high >= 0xd8 && high <= 0xdf) {
        throw in.fault("a name with characters outside of UCS-2");
      }
    }
    return unicodeName.toUtf16();
  }
}
