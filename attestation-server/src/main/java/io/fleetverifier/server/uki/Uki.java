// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.tpm.HashAlg;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is foretold of a unified kernel image. PCR 12 and 13 stay zero where nothing is handed to it
 * beside the file.
 *
 * @param stub what the stub in the file calls itself
 * @param profiles one for each way to start; the first is the default
 * @param olderStub the values of PCR 11, should the stub be as old as 252; only where the file does
 *     not tell its stub and it makes a difference
 * @param authenticode bank to the digest that the firmware extends into PCR 4
 * @param pcr4SecureBootOn bank to PCR 4, on firmware that starts the image directly
 * @param pcr4SecureBootOff the same with Secure Boot off, where the stub has the firmware load the
 *     kernel, which is measured too; empty where the kernel is no PE image
 * @param commandLine the contents of .cmdline, of what starts when nobody chooses
 */
public record Uki(
    Optional<String> stub,
    List<Section> sections,
    List<UkiProfile> profiles,
    Optional<UkiProfile> olderStub,
    Map<HashAlg, Bytes> authenticode,
    Map<HashAlg, Bytes> pcr4SecureBootOn,
    Map<HashAlg, Bytes> pcr4SecureBootOff,
    Optional<String> commandLine) {

  /** The size in octets of the largest image that is read. */
  public static final long LARGEST_SIZE = 512L << 20;

  /** The registers that an image started without anything beside it leaves at zero. */
  public static final List<Integer> ZERO_PCRS = List.of(12, 13);

  /**
   * A section of the file.
   *
   * @param size octets in memory, which are those that are measured
   * @param sha256 their digest
   */
  public record Section(String name, long size, Bytes sha256) {}

  public Uki {
    sections = List.copyOf(sections);
    profiles = List.copyOf(profiles);
    authenticode = Map.copyOf(authenticode);
    pcr4SecureBootOn = Map.copyOf(pcr4SecureBootOn);
    pcr4SecureBootOff = Map.copyOf(pcr4SecureBootOff);
  }

  /** Whether the file tells a stub that measures what stub 252 does, and not what later ones do. */
  public boolean isOfOldStub() {
    return stub.isPresent() && MeasuredSections.of(stub).equals(MeasuredSections.ofOldStubs());
  }

  /**
   * Reads an image piece by piece.
   *
   * @throws UkiException when it is none, or none of which values can be foretold
   * @throws IOException when the file cannot be read
   */
  public static Uki read(Path file) throws IOException {
    return UkiReader.read(file);
  }
}
