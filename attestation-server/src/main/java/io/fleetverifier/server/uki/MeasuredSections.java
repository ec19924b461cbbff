// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.uki;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which sections a stub measures into PCR 11, and in which order. The signature of the values
 * cannot be among them. Source: systemd-stub(7), and the stubs themselves.
 *
 * @param names section names in the order of measuring
 */
public record MeasuredSections(List<String> names) {

  private static final MeasuredSections STUB_252 =
      new MeasuredSections(
          List.of(".linux", ".osrel", ".cmdline", ".initrd", ".splash", ".dtb", ".pcrpkey"));

  private static final MeasuredSections LATER =
      new MeasuredSections(
          List.of(
              ".linux",
              ".osrel",
              ".cmdline",
              ".initrd",
              ".ucode",
              ".splash",
              ".dtb",
              ".uname",
              ".sbat",
              ".pcrpkey",
              ".profile",
              ".dtbauto",
              ".hwids",
              ".efifw"));

  private static final int LAST_OF_THE_OLD_LIST = 252;
  private static final Pattern LOADER_INFO =
      Pattern.compile("#### LoaderInfo: (systemd-stub (\\d{1,5})[^#]*?) ####.*", Pattern.DOTALL);

  /** Every section that some stub measures, in the order of the present ones. */
  public static List<String> all() {
    return LATER.names;
  }

  /** The list of a stub of unknown version that is as old as 252. */
  static MeasuredSections ofOldStubs() {
    return STUB_252;
  }

  /** What the stub's own section says it is, such as {@code systemd-stub 252.39-1~deb12u1}. */
  static Optional<String> stub(String magic) {
    Matcher matcher = LOADER_INFO.matcher(magic);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** The list of this stub; of an unknown stub, that of the present ones. */
  static MeasuredSections of(Optional<String> stub) {
    return stub.map(MeasuredSections::version).filter(v -> v <= LAST_OF_THE_OLD_LIST).isPresent()
        ? STUB_252
        : LATER;
  }

  private static int version(String stub) {
    Matcher matcher = Pattern.compile("systemd-stub (\\d{1,5}).*").matcher(stub);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : Integer.MAX_VALUE;
  }
}
