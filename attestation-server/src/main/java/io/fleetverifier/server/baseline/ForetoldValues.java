// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.api.Violations;
import io.fleetverifier.server.baseline.jpa.ReferenceValue;
import io.fleetverifier.server.uki.Uki;
import io.fleetverifier.server.uki.UkiProfile;
import io.fleetverifier.tpm.HashAlg;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** The reference values that follow from an image, by what was asked for. */
final class ForetoldValues {

  private static final HashAlg BANK = HashAlg.SHA256;
  private static final int BOOT_CHAIN = 4;
  private static final int IMAGE = 11;
  private static final List<Integer> FORETOLD = List.of(BOOT_CHAIN, IMAGE, 12, 13);

  private final Uki image;
  private final ImageQuery query;

  ForetoldValues(Uki image, ImageQuery query) {
    this.image = image;
    this.query = query;
  }

  /**
   * The PCRs that are asked for; all that can be refused before there is an image is refused here.
   *
   * @param aspect of the baseline
   * @throws io.fleetverifier.server.problem.ProblemException invalid
   */
  static SortedSet<Integer> pcrs(String aspect, ImageQuery query) {
    List<Integer> pcrs = query.pcrs() == null ? ofAspect(aspect) : query.pcrs();
    Violations violations = new Violations();
    if (pcrs.isEmpty()) {
      violations.addOfParameter(
          "pcrs", "must be given: aspect " + aspect + " does not say which PCRs are meant");
    }
    if (!FORETOLD.containsAll(pcrs)) {
      violations.addOfParameter("pcrs", "an image foretells PCRs 4, 11, 12 and 13 and no other");
    }
    if (pcrs.stream().distinct().count() < pcrs.size()) {
      violations.addOfParameter("pcrs", "names one PCR twice");
    }
    if (pcrs.contains(BOOT_CHAIN) && query.secureBoot() == null) {
      violations.addOfParameter(
          "secureBoot", "must be on or off: PCR 4 depends on how the devices start the image");
    }
    violations.refuse();
    return new TreeSet<>(pcrs);
  }

  private static List<Integer> ofAspect(String aspect) {
    return switch (aspect) {
      case "image" -> List.of(IMAGE, 12, 13);
      case "boot-chain" -> List.of(BOOT_CHAIN);
      default -> List.of();
    };
  }

  /**
   * The values, by PCR and phase.
   *
   * @throws io.fleetverifier.server.problem.ProblemException invalid, when the image has no such
   *     profile, tells another stub, or does not lead to a value
   */
  List<ReferenceValue> values(SortedSet<Integer> pcrs) {
    refuseAnotherStub();
    List<ReferenceValue> values = new ArrayList<>();
    for (int pcr : pcrs) {
      switch (pcr) {
        case BOOT_CHAIN -> values.add(new ReferenceValue(pcr, "", bootChain()));
        case IMAGE ->
            pcr11(profile())
                .forEach((phase, value) -> values.add(new ReferenceValue(pcr, phase, value)));
        default -> values.add(new ReferenceValue(pcr, "", Bytes.zeros(BANK.size())));
      }
    }
    return List.copyOf(values);
  }

  /** What a stub as old as 252 would measure, where that is another value and nobody chose. */
  Optional<SortedMap<String, Bytes>> undecided() {
    return query.stub() == null ? image.olderStub().map(ForetoldValues::pcr11) : Optional.empty();
  }

  /** The way to start that the values are of. */
  UkiProfile profile() {
    int number = query.profileOrDefault();
    if (number >= image.profiles().size()) {
      throw Violations.ofParameter(
          "profile", "the image has profiles 0 to " + (image.profiles().size() - 1));
    }
    UkiProfile chosen = image.profiles().get(number);
    return query.isOfOldStub() ? image.olderStub().orElse(chosen) : chosen;
  }

  private void refuseAnotherStub() {
    image
        .stub()
        .ifPresent(told -> {
          boolean old = image.isOfOldStub();
          if (query.stub() != null && query.isOfOldStub() != old) {
            throw Violations.ofParameter("stub", "the file itself tells its stub: " + told);
          }
        });
  }

  private Bytes bootChain() {
    Bytes value =
        query.isSecureBootOn()
            ? image.pcr4SecureBootOn().get(BANK)
            : image.pcr4SecureBootOff().get(BANK);
    if (value == null) {
      throw Violations.ofParameter(
          "secureBoot",
          "PCR 4 without Secure Boot is not foretold: the kernel in the image is no PE image");
    }
    return value;
  }

  static SortedMap<String, Bytes> pcr11(UkiProfile profile) {
    return Objects.requireNonNull(profile.pcr11().get(BANK));
  }
}
