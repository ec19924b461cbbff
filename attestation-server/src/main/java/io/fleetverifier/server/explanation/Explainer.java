// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.LogAgainstQuote;
import io.fleetverifier.server.eventlog.LogAgainstQuote.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Compares the boot of a device with the expected one, register by register. */
public final class Explainer {

  private static final int PROGRAMS_PCR = 4;
  private static final int FILES_PCR = 9;
  private static final int IMAGE_PCR = 11;

  private final Optional<LogAgainstQuote> actual;
  private final ExpectedBoot expected;
  private final Map<Integer, Bytes> values;

  private Explainer(
      Optional<LogAgainstQuote> actual, ExpectedBoot expected, Map<Integer, Bytes> values) {
    this.actual = actual;
    this.expected = expected;
    this.values = values;
  }

  /**
   * Explains.
   *
   * @param actual the device's log against its verified quote; none where none came
   * @param differing the registers that differ from what is expected, at least one
   * @param values expected values, by register, where there are such
   */
  public static Explanation explain(
      Optional<LogAgainstQuote> actual,
      ExpectedBoot expected,
      SortedSet<Integer> differing,
      Map<Integer, Bytes> values) {
    if (differing.isEmpty()) {
      throw new IllegalArgumentException("nothing differs");
    }
    return new Explainer(actual, expected, values).explain(differing);
  }

  private Explanation explain(SortedSet<Integer> differing) {
    List<PcrDifference> pcrs = differing.stream().map(this::compare).toList();
    List<Cause> causes = new ArrayList<>(pcrs.stream().map(PcrDifference::cause).toList());
    innerCause(differing).ifPresent(causes::add);
    List<Cause> ranked = withoutFollowing(merged(causes), differing);
    return new Explanation(ranked.getFirst(), ranked.subList(1, ranked.size()), pcrs);
  }

  /** An image that differs inside differs as a whole too, whether PCR 11 is asked about or not. */
  private Optional<Cause> innerCause(SortedSet<Integer> differing) {
    boolean outer = differing.contains(PROGRAMS_PCR) || differing.contains(FILES_PCR);
    return outer && !differing.contains(IMAGE_PCR) ? imageChange() : Optional.empty();
  }

  private Optional<Cause> imageChange() {
    return shown(IMAGE_PCR)
        .flatMap(shown ->
            ImageChange.between(expected.measurements(IMAGE_PCR), expected.image(), shown));
  }

  private Optional<Measurements> shown(int pcr) {
    return actual.flatMap(log -> Measurements.of(log, pcr));
  }

  private PcrDifference compare(int pcr) {
    Status status = actual.map(log -> log.status(pcr)).orElse(Status.NOT_EXPLAINED);
    Optional<Measurements> shown = shown(pcr);
    if (shown.isEmpty()) {
      return new PcrDifference(pcr, status, unexplained(pcr), null, null);
    }
    if (pcr == IMAGE_PCR && expected.image().isPresent()) {
      Optional<Cause> change = imageChange();
      if (change.isPresent()) {
        return ImageChange.difference(status, change.get(), expected.image().get(), shown.get());
      }
    }
    return wanted(pcr, shown.get())
        .map(wanted -> compare(status, wanted, shown.get()))
        .orElseGet(
            () -> new PcrDifference(pcr, status, nothingToCompare(pcr, shown.get()), null, null));
  }

  /** The expected events; none at all where the register should be as after a reset. */
  private Optional<Measurements> wanted(int pcr, Measurements shown) {
    Bytes value = values.get(pcr);
    return value != null && value.isAllZero()
        ? Optional.of(shown.none())
        : expected.measurements(pcr);
  }

  private PcrDifference compare(Status status, Measurements wanted, Measurements shown) {
    Optional<Integer> first = wanted.firstDifference(shown);
    if (first.isEmpty()) {
      return new PcrDifference(shown.pcr(), status, afterLog(shown.pcr()), null, null);
    }
    Cause cause = RegisterChange.cause(wanted, shown, first.get(), expected);
    return new PcrDifference(
        shown.pcr(), status, cause, wanted.view(first.get()), shown.view(first.get()));
  }

  private Cause unexplained(int pcr) {
    boolean beside = pcr == 12 || pcr == 13;
    Bytes value = values.get(pcr);
    if (beside && value != null && value.isAllZero()) {
      return RegisterChange.extension(pcr, "; no boot log tells what");
    }
    return Cause.of(CauseKind.NOT_EXPLAINED, pcr, notExplained(Set.of(pcr)));
  }

  private String notExplained(Set<Integer> pcrs) {
    return differ(pcrs)
        + (actual.isPresent()
            ? "; the boot log does not lead to what the TPM holds."
            : "; no boot log explains why.");
  }

  private Cause nothingToCompare(int pcr, Measurements shown) {
    boolean image = pcr == IMAGE_PCR && shown.size() == 0;
    return image
        ? Cause.of(CauseKind.IMAGE_CHANGED, pcr, "No unified kernel image was started (PCR 11).")
        : Cause.of(CauseKind.NOTHING_TO_COMPARE, pcr, nothingToCompare(Set.of(pcr)));
  }

  private static String nothingToCompare(Set<Integer> pcrs) {
    return differ(pcrs) + "; no log of the expected boot is known to compare with.";
  }

  private Cause afterLog(int pcr) {
    List<String> words =
        actual
            .map(log -> log.explanations().get(pcr))
            .map(LogAgainstQuote.Explanation::extendedWith)
            .orElse(List.of());
    if (pcr == IMAGE_PCR && !words.isEmpty()) {
      return Cause.of(
          CauseKind.PHASE_CLOSED,
          pcr,
          "The image is the expected one, but the boot had gone on to " + words.getLast() + ".");
    }
    return Cause.of(
        CauseKind.EXTENDED_AFTER_LOG,
        pcr,
        "PCR " + pcr + " was extended after the firmware's log ended; the log is as expected.");
  }

  /** Registers of which nothing is known are told in one sentence. */
  private List<Cause> merged(List<Cause> causes) {
    List<Cause> merged = new ArrayList<>();
    for (CauseKind kind : CauseKind.values()) {
      List<Cause> same = causes.stream().filter(cause -> cause.kind() == kind).toList();
      if (same.size() > 1 && isUnknown(kind)) {
        merged.add(merged(kind, same));
      } else {
        merged.addAll(same.stream().sorted(Cause.MOST_TELLING_FIRST).toList());
      }
    }
    return merged;
  }

  private static boolean isUnknown(CauseKind kind) {
    return kind == CauseKind.NOT_EXPLAINED || kind == CauseKind.NOTHING_TO_COMPARE;
  }

  private Cause merged(CauseKind kind, List<Cause> same) {
    SortedSet<Integer> pcrs = new TreeSet<>();
    same.forEach(cause -> pcrs.addAll(cause.pcrs()));
    return new Cause(
        kind, kind == CauseKind.NOT_EXPLAINED ? notExplained(pcrs) : nothingToCompare(pcrs), pcrs);
  }

  private static String differ(Set<Integer> pcrs) {
    List<String> numbers = pcrs.stream().sorted().map(String::valueOf).toList();
    String last = numbers.getLast();
    return numbers.size() == 1
        ? "PCR " + last + " differs"
        : "PCRs "
            + String.join(", ", numbers.subList(0, numbers.size() - 1))
            + " and "
            + last
            + " differ";
  }

  /** What a more telling cause accounts for needs no cause of its own. */
  private static List<Cause> withoutFollowing(List<Cause> ranked, Set<Integer> differing) {
    List<Cause> left = new ArrayList<>(ranked);
    List<Cause> told = new ArrayList<>();
    while (!left.isEmpty()) {
      Cause next = left.removeFirst();
      Set<Integer> following =
          following(next).stream().filter(differing::contains).collect(Collectors.toSet());
      left.removeIf(other -> following.containsAll(other.pcrs()));
      told.add(next.with(following));
    }
    return told;
  }

  /** The registers that cannot stay as they are when this is so. */
  private static Set<Integer> following(Cause cause) {
    return switch (cause.kind()) {
      case COMMAND_LINE_OVERRIDDEN -> Set.of(FILES_PCR);
      case COMMAND_LINE_CHANGED, IMAGE_CHANGED ->
          cause.pcrs().contains(IMAGE_PCR) ? Set.of(PROGRAMS_PCR, FILES_PCR) : Set.of(FILES_PCR);
      default -> Set.of();
    };
  }
}
