// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.boot.Patience.NotYetException;
import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.luks.LuksException;
import io.fleetverifier.luks.LuksHeader;
import io.fleetverifier.protocol.Protocol;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A volume by the name that the server knows, and where it lies. */
record Volume(String name, Path device) {

  /**
   * Reads operands of the form {@code NAME=DEVICE}.
   *
   * @throws EndedException when one is not of this form, or two name the same volume
   */
  static List<Volume> parse(List<String> operands) {
    List<Volume> volumes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String operand : operands) {
      Volume volume = parse(operand);
      if (!names.add(volume.name())) {
        throw EndedException.local("USAGE", "volume '" + volume.name() + "' is given twice");
      }
      volumes.add(volume);
    }
    return List.copyOf(volumes);
  }

  private static Volume parse(String operand) {
    int equals = operand.indexOf('=');
    if (equals < 0 || equals == operand.length() - 1) {
      throw EndedException.local("USAGE", "'" + operand + "' is not of the form VOLUME=DEVICE");
    }
    String name = requireName(operand.substring(0, equals));
    try {
      return new Volume(name, Path.of(operand.substring(equals + 1)));
    } catch (InvalidPathException e) {
      throw EndedException.local("USAGE", "'" + operand + "' names no device");
    }
  }

  /** Gives back the name, if a volume can have it. */
  static String requireName(String name) {
    if (!Protocol.isVolumeName(name)) {
      throw EndedException.local("USAGE", "'" + name + "' cannot be the name of a volume");
    }
    return name;
  }

  /**
   * The headers of all volumes, read once: what is pinned is what is written later.
   *
   * @throws NotYetException when one cannot be read; a disk may yet appear
   */
  static Map<String, LuksHeader> headers(List<Volume> volumes) {
    Map<String, LuksHeader> headers = new LinkedHashMap<>();
    volumes.forEach(volume -> headers.put(volume.name(), volume.header()));
    return headers;
  }

  private LuksHeader header() {
    try {
      return LuksHeader.read(device);
    } catch (IOException e) {
      throw new NotYetException(
          Finding.local(
              "VOLUME_MISSING", "volume '" + name + "' cannot be read: " + e.getMessage()));
    } catch (LuksException e) {
      throw new NotYetException(
          Finding.local(
              "VOLUME_REFUSED",
              "volume '" + name + "' is refused, " + e.problem() + ": " + e.getMessage()));
    }
  }

  /** The pin of each header. */
  static Map<String, Bytes> pins(Map<String, LuksHeader> headers) {
    Map<String, Bytes> pins = new LinkedHashMap<>();
    headers.forEach((name, header) -> pins.put(name, header.pin()));
    return pins;
  }
}
