// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.uki.Uki;
import io.fleetverifier.server.uki.UkiProfile;
import io.fleetverifier.tpm.HashAlg;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The image that a version's values were foretold from, as it is shown and kept.
 *
 * @param sha256 of the file, in hexadecimal like all digests here
 * @param size octets of the file
 * @param stub what the stub calls itself
 * @param profile the way to start that the values are of
 * @param commandLine of that way to start
 * @param authenticode what the firmware extends into PCR 4 for the file
 * @param sections all sections of the file
 */
public record SourceImage(
    String sha256,
    long size,
    @Nullable String stub,
    int profile,
    @Nullable String commandLine,
    String authenticode,
    List<Section> sections) {

  /**
   * One section.
   *
   * @param size octets that are measured
   */
  public record Section(String name, long size, String sha256) {}

  static SourceImage of(Uki image, UkiProfile profile, Bytes sha256, long size) {
    return new SourceImage(
        sha256.toHex(),
        size,
        image.stub().map(SourceImage::line).orElse(null),
        profile.number(),
        profile.commandLine().map(SourceImage::line).orElse(null),
        Objects.requireNonNull(image.authenticode().get(HashAlg.SHA256)).toHex(),
        image.sections().stream()
            .map(each -> new Section(line(each.name()), each.size(), each.sha256().toHex()))
            .toList());
  }

  /** Text of a file as one line: command lines end with a NUL, which nothing else may hold. */
  static String line(String text) {
    return text.replaceAll("\\p{Cntrl}", " ").strip();
  }
}
