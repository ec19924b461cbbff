// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import io.fleetverifier.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A boot log as a Secure Boot machine with shim and GRUB writes it, of any size and always the
 * same: banks SHA-1 and SHA-256; the key databases, dbx the largest by far; boot variables and
 * images; then a line of GRUB for every 860 octets. So a log of 60,000 octets has 100 events;
 * collected logs of that size have 39 to 219, half of them 62 or less.
 */
public final class TypicalLog {

  private static final LogHash[] BANKS = {LogHash.SHA1, LogHash.SHA256};
  private static final Guid GLOBAL = Guid.parse("8be4df61-93ca-11d2-aa0d-00e098032b8c");
  private static final Guid DATABASES = Guid.parse("d719b2cb-3d3a-4596-a3bc-dad00e67656f");
  private static final int OCTETS_PER_LINE = 860;
  private static final int ENTRY = Guid.SIZE + 32;

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(9);
  private final LogWriter out = new LogWriter();

  private TypicalLog() {}

  /**
   * A log of at most this size, short of it by less than one entry of dbx.
   *
   * @param size in octets, at least 15,000
   */
  public static Bytes ofSize(int size) {
    int lines = size / OCTETS_PER_LINE;
    int without = new TypicalLog().write(lines, 0).size();
    return new TypicalLog().write(lines, (size - without) / ENTRY);
  }

  private Bytes write(int lines, int forbidden) {
    out.specId(BANKS);
    measured(0, EventType.S_CRTM_VERSION, Bytes.utf8("N2WET42W (1.32)"));
    hashed(0, EventType.EFI_PLATFORM_FIRMWARE_BLOB, random(16));
    hashed(0, EventType.EFI_PLATFORM_FIRMWARE_BLOB, random(16));
    secureBoot(forbidden);
    for (int pcr = 0; pcr < 8; pcr++) {
      measured(pcr, EventType.SEPARATOR, Separator.ZEROS.content());
    }
    start();
    for (int line = 0; line < lines; line++) {
      grub(line);
    }
    measured(5, EventType.EFI_ACTION, LogCheck.EXIT_INVOCATION);
    measured(5, EventType.EFI_ACTION, LogCheck.EXIT_SUCCESS);
    return out.toBytes();
  }

  private void secureBoot(int forbidden) {
    whole(GLOBAL, "SecureBoot", Bytes.of(1));
    whole(GLOBAL, "PK", list(SignatureList.X509, 1, 900));
    whole(GLOBAL, "KEK", list(SignatureList.X509, 1, 1500));
    whole(DATABASES, "db", list(SignatureList.X509, 2, 1500));
    whole(DATABASES, "dbx", list(SignatureList.SHA256, forbidden, 32));
  }

  private void start() {
    Bytes order = Bytes.of(0, 0, 1, 0, 2, 0, 3, 0);
    out.measured(
        1, EventType.EFI_VARIABLE_BOOT, order, variable(GLOBAL, "BootOrder", order), BANKS);
    for (int i = 0; i < 4; i++) {
      Bytes option = random(130);
      Bytes data = variable(GLOBAL, "Boot000" + i, option);
      out.measured(1, EventType.EFI_VARIABLE_BOOT, option, data, BANKS);
    }
    measured(4, EventType.EFI_ACTION, Bytes.utf8("Calling EFI Application from Boot Option"));
    measured(5, EventType.EFI_GPT_EVENT, random(484));
    measured(7, EventType.EFI_VARIABLE_AUTHORITY, variable(DATABASES, "db", random(1500)));
    for (int image = 0; image < 3; image++) {
      hashed(4, EventType.EFI_BOOT_SERVICES_APPLICATION, random(120));
    }
  }

  private void grub(int line) {
    String command = "linux /boot/vmlinuz-6.1.0-" + line + "-amd64 root=/dev/mapper/root ro quiet";
    Bytes text = Bytes.utf8("grub_cmd: " + command + '\0');
    out.measured(8, EventType.IPL, Bytes.utf8(command), text, BANKS);
  }

  private void whole(Guid vendor, String name, Bytes value) {
    measured(7, EventType.EFI_VARIABLE_DRIVER_CONFIG, variable(vendor, name, value));
  }

  private void measured(int pcr, EventType type, Bytes data) {
    out.measured(pcr, type, data, data, BANKS);
  }

  /** The digest is of something that the log does not hold. */
  private void hashed(int pcr, EventType type, Bytes data) {
    out.measured(pcr, type, random(64), data, BANKS);
  }

  private static Bytes variable(Guid vendor, String name, Bytes value) {
    return new LogWriter()
        .bytes(vendor.value())
        .le64(name.length())
        .le64(value.size())
        .bytes(Bytes.copyOf(name.getBytes(StandardCharsets.UTF_16LE)))
        .bytes(value)
        .toBytes();
  }

  private Bytes list(Guid type, int entries, int size) {
    LogWriter list = new LogWriter().bytes(type.value());
    list.le32(28 + entries * (Guid.SIZE + size)).le32(0).le32(Guid.SIZE + size);
    for (int i = 0; i < entries; i++) {
      list.bytes(DATABASES.value()).bytes(random(size));
    }
    return list.toBytes();
  }

  private Bytes random(int size) {
    byte[] octets = new byte[size];
    random.nextBytes(octets);
    return Bytes.copyOf(octets);
  }
}
