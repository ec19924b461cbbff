// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The types of events that this package knows, and what the digest of such an event covers. The
 * type itself is covered by nothing, so a decision never rests on it alone. Source: PFP, "Event
 * types"; what digests cover in practice was counted on logs of real machines.
 */
public enum EventType {
  PREBOOT_CERT(0x0, "EV_PREBOOT_CERT", Proof.NONE),
  POST_CODE(0x1, "EV_POST_CODE", Proof.NONE),
  UNUSED(0x2, "EV_UNUSED", Proof.NONE),
  NO_ACTION(0x3, "EV_NO_ACTION", Proof.NONE),
  SEPARATOR(0x4, "EV_SEPARATOR", Proof.NONE),
  ACTION(0x5, "EV_ACTION", Proof.WHOLE_IF_IT_FITS),
  EVENT_TAG(0x6, "EV_EVENT_TAG", Proof.WHOLE_IF_IT_FITS),
  S_CRTM_CONTENTS(0x7, "EV_S_CRTM_CONTENTS", Proof.NONE),
  S_CRTM_VERSION(0x8, "EV_S_CRTM_VERSION", Proof.WHOLE_IF_IT_FITS),
  CPU_MICROCODE(0x9, "EV_CPU_MICROCODE", Proof.NONE),
  PLATFORM_CONFIG_FLAGS(0xa, "EV_PLATFORM_CONFIG_FLAGS", Proof.WHOLE_IF_IT_FITS),
  TABLE_OF_DEVICES(0xb, "EV_TABLE_OF_DEVICES", Proof.WHOLE_IF_IT_FITS),
  COMPACT_HASH(0xc, "EV_COMPACT_HASH", Proof.NONE),
  IPL(0xd, "EV_IPL", Proof.BOOT_LOADER_TEXT),
  IPL_PARTITION_DATA(0xe, "EV_IPL_PARTITION_DATA", Proof.NONE),
  NONHOST_CODE(0xf, "EV_NONHOST_CODE", Proof.NONE),
  NONHOST_CONFIG(0x10, "EV_NONHOST_CONFIG", Proof.NONE),
  NONHOST_INFO(0x11, "EV_NONHOST_INFO", Proof.WHOLE_IF_IT_FITS),
  OMIT_BOOT_DEVICE_EVENTS(0x12, "EV_OMIT_BOOT_DEVICE_EVENTS", Proof.NONE),
  POST_CODE2(0x13, "EV_POST_CODE2", Proof.NONE),
  EFI_VARIABLE_DRIVER_CONFIG(0x80000001, "EV_EFI_VARIABLE_DRIVER_CONFIG", Proof.WHOLE),
  EFI_VARIABLE_BOOT(0x80000002, "EV_EFI_VARIABLE_BOOT", Proof.VARIABLE_DATA_OR_WHOLE),
  EFI_BOOT_SERVICES_APPLICATION(0x80000003, "EV_EFI_BOOT_SERVICES_APPLICATION", Proof.NONE),
  EFI_BOOT_SERVICES_DRIVER(0x80000004, "EV_EFI_BOOT_SERVICES_DRIVER", Proof.NONE),
  EFI_RUNTIME_SERVICES_DRIVER(0x80000005, "EV_EFI_RUNTIME_SERVICES_DRIVER", Proof.NONE),
  EFI_GPT_EVENT(0x80000006, "EV_EFI_GPT_EVENT", Proof.WHOLE),
  EFI_ACTION(0x80000007, "EV_EFI_ACTION", Proof.WHOLE),
  EFI_PLATFORM_FIRMWARE_BLOB(0x80000008, "EV_EFI_PLATFORM_FIRMWARE_BLOB", Proof.NONE),
  EFI_HANDOFF_TABLES(0x80000009, "EV_EFI_HANDOFF_TABLES", Proof.NONE),
  EFI_PLATFORM_FIRMWARE_BLOB2(0x8000000a, "EV_EFI_PLATFORM_FIRMWARE_BLOB2", Proof.NONE),
  EFI_HANDOFF_TABLES2(0x8000000b, "EV_EFI_HANDOFF_TABLES2", Proof.NONE),
  EFI_VARIABLE_BOOT2(0x8000000c, "EV_EFI_VARIABLE_BOOT2", Proof.WHOLE),
  EFI_GPT_EVENT2(0x8000000d, "EV_EFI_GPT_EVENT2", Proof.WHOLE),
  EFI_HCRTM_EVENT(0x80000010, "EV_EFI_HCRTM_EVENT", Proof.NONE),
  EFI_VARIABLE_AUTHORITY(0x800000e0, "EV_EFI_VARIABLE_AUTHORITY", Proof.WHOLE_OR_LESS_ONE_OCTET),
  EFI_SPDM_FIRMWARE_BLOB(0x800000e1, "EV_EFI_SPDM_FIRMWARE_BLOB", Proof.NONE),
  EFI_SPDM_FIRMWARE_CONFIG(0x800000e2, "EV_EFI_SPDM_FIRMWARE_CONFIG", Proof.NONE),
  EFI_SPDM_DEVICE_POLICY(0x800000e3, "EV_EFI_SPDM_DEVICE_POLICY", Proof.NONE),
  EFI_SPDM_DEVICE_AUTHORITY(0x800000e4, "EV_EFI_SPDM_DEVICE_AUTHORITY", Proof.NONE);

  /** What the digest of an event may prove of the event's data. */
  enum Proof {
    /** The digest covers something else: code, tables, a file. The data is a hint at most. */
    NONE,
    /** The digest is that of the data; another digest contradicts the type. */
    WHOLE,
    /** By vendor the digest is that of the data or of something else. */
    WHOLE_IF_IT_FITS,
    /** As {@link #WHOLE}; older versions of shim log one octet more than they measure. */
    WHOLE_OR_LESS_ONE_OCTET,
    /** Most firmware measures the variable's data without its name, some the whole structure. */
    VARIABLE_DATA_OR_WHOLE,
    /** GRUB measures what follows its prefix; the systemd stub names a section in other letters. */
    BOOT_LOADER_TEXT
  }

  private final int id;
  private final String label;
  private final Proof proof;

  EventType(int id, String label, Proof proof) {
    this.id = id;
    this.label = label;
    this.proof = proof;
  }

  /** Bit 31 says that the type is one of UEFI; of the other bits only the lowest eight are used. */
  private static final int UEFI = 0x80000000;

  private static final int TYPES = 256;
  private static final @Nullable EventType[] OF_TCG = table(0);
  private static final @Nullable EventType[] OF_UEFI = table(UEFI);

  private static @Nullable EventType[] table(int base) {
    @Nullable EventType[] table = new EventType[TYPES];
    for (EventType type : values()) {
      int index = type.id - base;
      if (index >= 0 && index < TYPES) {
        table[index] = type;
      }
    }
    return table;
  }

  /** The type with this number, where it is a known one. */
  public static Optional<EventType> find(int id) {
    int index = id & ~UEFI;
    if (index >= TYPES) {
      return Optional.empty();
    }
    return Optional.ofNullable((id < 0 ? OF_UEFI : OF_TCG)[index]);
  }

  /** The number in the record, all 32 bits as they are. */
  public int id() {
    return id;
  }

  /** The name in the specification, such as {@code EV_SEPARATOR}. */
  public String label() {
    return label;
  }

  Proof proof() {
    return proof;
  }
}
