// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.bytes.Bytes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of the image that should have started.
 *
 * @param sections name to SHA-256 of what is measured of it, of all sections of the file
 * @param commandLine the text of .cmdline
 */
public record KnownImage(Map<String, Bytes> sections, Optional<String> commandLine) {

  public KnownImage {
    sections = Collections.unmodifiableMap(new LinkedHashMap<>(sections));
    commandLine = commandLine.map(text -> text.replace("\0", "").strip());
  }
}
