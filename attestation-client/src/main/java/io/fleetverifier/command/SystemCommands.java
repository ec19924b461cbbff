// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.TpmReader;
import io.fleetverifier.tpm.TpmWriter;
import io.fleetverifier.tpm.TpmsClockInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Commands about the TPM as a whole. TPM 2.0 Library, Part 3: Start-up, Capability Commands, Clocks
 * and Timers.
 */
public final class SystemCommands {

  /** TPM_PT_MANUFACTURER: four characters. */
  public static final int MANUFACTURER = 0x105;

  /** TPM_PT_FIRMWARE_VERSION_1: the upper half of the firmware version. */
  public static final int FIRMWARE_VERSION_1 = 0x10b;

  /** TPM_PT_FIRMWARE_VERSION_2: the lower half of the firmware version. */
  public static final int FIRMWARE_VERSION_2 = 0x10c;

  /** TPM_PT_NV_BUFFER_MAX: octets that one TPM2_NV_Read gives out. */
  public static final int NV_BUFFER_MAX = 0x12c;

  /** TPM_PT_PERMANENT: TPMA_PERMANENT, which hierarchies have a password. */
  public static final int PERMANENT = 0x200;

  /** The first handles of each kind. TPM 2.0 Library, Part 2: TPM_HC. */
  public static final int NV_INDEXES = 0x01000000;

  public static final int LOADED_SESSIONS = 0x02000000;
  public static final int TRANSIENT_OBJECTS = 0x80000000;
  public static final int PERSISTENT_OBJECTS = 0x81000000;

  private static final int CAP_HANDLES = 1;
  private static final int CAP_COMMANDS = 2;
  private static final int CAP_TPM_PROPERTIES = 6;
  private static final int STARTUP_CLEAR = 0;
  private static final int HANDLES_AT_ONCE = 64;
  private static final int MOST_HANDLES = 4096;
  private static final int COMMAND_INDEX = 0xffff;

  private final TpmChannel tpm;

  public SystemCommands(TpmChannel tpm) {
    this.tpm = tpm;
  }

  /**
   * TPM2_Startup(CLEAR), which on a machine the firmware has sent long before any program runs; a
   * TPM that is up already stays as it is.
   */
  public void startup() {
    TpmWriter parameters = new TpmWriter().u16(STARTUP_CLEAR);
    try {
      tpm.execute(TpmCommand.of(CommandCode.STARTUP, List.of(), parameters));
    } catch (TpmCommandException e) {
      if (!e.rc().is(TpmRc.INITIALIZE)) {
        throw e;
      }
    }
  }

  /** Whether the TPM has the command. */
  public boolean implementsCommand(CommandCode command) {
    TpmReader in = capability(CAP_COMMANDS, command.code(), 1).values;
    long count = in.u32("command.count");
    // The answer starts at the first command that is not before the one asked for.
    return count > 0 && (in.u32("command") & COMMAND_INDEX) == command.code();
  }

  /** The value of a TPM_PT, when the TPM has this property. */
  public OptionalLong property(int property) {
    TpmReader in = capability(CAP_TPM_PROPERTIES, property, 1).values;
    if (in.u32("tpmProperty.count") == 0 || in.u32("property") != property) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(in.u32("value"));
  }

  /**
   * The handles in use, ascending.
   *
   * @param first where to start; the kind of handle follows from it
   */
  public List<Integer> handles(int first) {
    List<Integer> handles = new ArrayList<>();
    long next = Integer.toUnsignedLong(first);
    boolean more = true;
    while (more && handles.size() < MOST_HANDLES) {
      Capability part = capability(CAP_HANDLES, next, HANDLES_AT_ONCE);
      long count = part.values.u32("handles.count");
      for (long i = 0; i < count; i++) {
        long handle = part.values.u32("handle");
        handles.add((int) handle);
        next = handle + 1;
      }
      more = part.more && count > 0;
    }
    return List.copyOf(handles);
  }

  /** TPM2_ReadClock. */
  public TpmsClockInfo readClock() {
    TpmReader in =
        tpm.execute(new TpmCommand(CommandCode.READ_CLOCK, List.of(), Bytes.EMPTY)).reader();
    in.u64("time");
    TpmsClockInfo clock = TpmsClockInfo.decode(in);
    in.end();
    return clock;
  }

  private record Capability(boolean more, TpmReader values) {}

  private Capability capability(int capability, long property, int count) {
    TpmWriter parameters = new TpmWriter().u32(capability).u32(property).u32(count);
    TpmReader in =
        tpm.execute(TpmCommand.of(CommandCode.GET_CAPABILITY, List.of(), parameters)).reader();
    boolean more = in.yesNo("moreData");
    if (in.u32("capability") != capability) {
      throw in.fault("capability", "another one than asked for");
    }
    return new Capability(more, in);
  }
}
