// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.Pcr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Registers as lines of an index and hexadecimal digits; the bank is told by their number. */
final class PcrFile {

  private static final Pattern LINE =
      Pattern.compile("\\s*(\\d{1,2})[\\s:=]+(?:0x)?([0-9A-Fa-f]+)\\s*");

  private PcrFile() {}

  /**
   * Reads a file.
   *
   * @return size in octets of a value to registers of that size
   * @throws UndecodableException for a line that is neither empty nor a comment nor a register
   */
  static Map<Integer, SortedMap<Integer, Bytes>> read(Path file) throws IOException {
    String text = new String(Inspect.read(file).toArray(), StandardCharsets.UTF_8);
    Map<Integer, SortedMap<Integer, Bytes>> registers = new TreeMap<>();
    for (String line : text.lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        register(line, registers);
      }
    }
    if (registers.isEmpty()) {
      throw new UndecodableException("PCRS_EMPTY", file + " holds no register");
    }
    return registers;
  }

  private static void register(String line, Map<Integer, SortedMap<Integer, Bytes>> registers) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches() || labelOfSize(matcher.group(2).length() / 2).isEmpty()) {
      throw new UndecodableException("PCRS_LINE", "not a register: " + line);
    }
    int pcr = Integer.parseInt(matcher.group(1));
    if (pcr >= Pcr.COUNT || matcher.group(2).length() % 2 != 0) {
      throw new UndecodableException("PCRS_LINE", "not a register: " + line);
    }
    Bytes value = Bytes.fromHex(matcher.group(2));
    Bytes earlier =
        registers.computeIfAbsent(value.size(), size -> new TreeMap<>()).putIfAbsent(pcr, value);
    if (earlier != null) {
      throw new UndecodableException("PCRS_LINE", "given twice: " + line);
    }
  }

  /** The name of the bank whose values have this size, empty where there is none. */
  static String labelOfSize(int size) {
    return switch (size) {
      case 20 -> "sha1";
      case 32 -> "sha256";
      case 48 -> "sha384";
      case 64 -> "sha512";
      default -> "";
    };
  }
}
