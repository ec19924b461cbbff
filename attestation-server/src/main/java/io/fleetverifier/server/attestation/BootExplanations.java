// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.MeasuredBoot;
import io.fleetverifier.server.appraisal.Reason;
import io.fleetverifier.server.appraisal.ReasonCode;
import io.fleetverifier.server.appraisal.RuleViolation;
import io.fleetverifier.server.attestation.BootExplanation.OfEvent;
import io.fleetverifier.server.attestation.BootExplanation.OfPcr;
import io.fleetverifier.server.attestation.BootExplanation.OfReason;
import io.fleetverifier.server.eventlog.LogAgainstQuote;
import io.fleetverifier.server.explanation.Cause;
import io.fleetverifier.server.explanation.CauseKind;
import io.fleetverifier.server.explanation.EventView;
import io.fleetverifier.server.explanation.Explainer;
import io.fleetverifier.server.explanation.Explanation;
import io.fleetverifier.server.explanation.PcrDifference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Says why evidence is not trusted. Devices themselves get codes only. */
@Service
public final class BootExplanations {

  /** More baselines than this that differ at once are not looked into. */
  private static final int MOST_COMPARED = 8;

  private static final int IMAGE_PCR = 11;

  /** Where the comparison found nothing, the rule that is not met says more. */
  private static final Set<CauseKind> SAYING_LITTLE =
      Set.of(CauseKind.NOTHING_TO_COMPARE, CauseKind.EXTENDED_AFTER_LOG);

  /** Of equals the one that was found first. */
  private static final Comparator<Told> MOST_TELLING_FIRST =
      Comparator.comparing(Told::weight)
          .thenComparing(Told::cause, Comparator.nullsLast(Cause.MOST_TELLING_FIRST));

  private final KnownBoots known;
  private final EkReasons tpms;

  BootExplanations(KnownBoots known, EkReasons tpms) {
    this.known = known;
    this.tpms = tpms;
  }

  /** What is told first: no repair of the boot helps a TPM that is refused. */
  private enum Weight {
    TPM_REFUSED,
    KNOWN_BOOT,
    COMPARED_BOOT,
    OTHER
  }

  /** A reason, and the cause found by comparing boots, where it was. */
  private record Told(OfReason reason, Weight weight, @Nullable Cause cause) {

    static Told of(OfReason reason) {
      return new Told(reason, Weight.OTHER, null);
    }

    boolean is(ReasonCode code) {
      return reason.code().equals(code.name());
    }
  }

  /**
   * Explains why.
   *
   * @param reasons at least one
   */
  public BootExplanation explain(UUID device, MeasuredBoot boot, List<Reason> reasons) {
    List<Told> told = new ArrayList<>();
    int compared = 0;
    for (Reason reason : reasons) {
      boolean compare = reason instanceof Reason.Mismatch && compared++ < MOST_COMPARED;
      told.add(
          compare && reason instanceof Reason.Mismatch mismatch
              ? mismatch(mismatch, device, boot)
              : plain(reason, device, boot));
    }
    List<OfReason> first = first(told);
    return new BootExplanation(
        join(first, OfReason::cause),
        join(first, OfReason::nextStep),
        told.stream().map(Told::reason).toList());
  }

  /** The most telling one; and that nobody vouches for the TPM, since both have to be mended. */
  private static List<OfReason> first(List<Told> told) {
    Told first = told.stream().min(MOST_TELLING_FIRST).orElseThrow();
    return Stream.concat(
            Stream.of(first),
            told.stream().filter(one -> !one.equals(first) && one.is(ReasonCode.EK_NOT_ENDORSED)))
        .map(Told::reason)
        .toList();
  }

  private static String join(List<OfReason> reasons, Function<OfReason, String> sentence) {
    return reasons.stream().map(sentence).collect(Collectors.joining(" "));
  }

  private Told mismatch(Reason.Mismatch mismatch, UUID device, MeasuredBoot boot) {
    SortedMap<Integer, Bytes> values = new TreeMap<>();
    mismatch.differences().forEach((pcr, difference) -> values.put(pcr, difference.expected()));
    KnownBoot good = known.of(mismatch.version(), device);
    Explanation explanation =
        Explainer.explain(boot.comparison(), good.against(values), pcrs(mismatch), values);
    Cause cause = explanation.cause();
    Optional<String> rule =
        mismatch.violations().stream()
            .filter(ignored -> SAYING_LITTLE.contains(cause.kind()))
            .map(BootExplanations::sentence)
            .findFirst();
    OfReason reason =
        new OfReason(
            mismatch.code().name(),
            mismatch.code().meaning(),
            rule.orElse(cause.sentence()),
            explanation.others().stream().map(Cause::sentence).toList(),
            sentence(cause.kind().nextStep()),
            mismatch.baseline(),
            mismatch.aspect(),
            mismatch.number(),
            mismatch.label(),
            good.words(),
            mismatch.violations().stream().map(BootExplanations::sentence).toList(),
            pcrs(explanation, mismatch, boot),
            null);
    return new Told(reason, Weight.COMPARED_BOOT, cause);
  }

  private static SortedSet<Integer> pcrs(Reason.Mismatch mismatch) {
    SortedSet<Integer> pcrs = new TreeSet<>(mismatch.differences().keySet());
    mismatch.violations().forEach(violation -> pcrs.add(violation.pcr()));
    return pcrs;
  }

  private static String sentence(RuleViolation violation) {
    return sentence(
        violation.kind().meaning()
            + " (PCR "
            + violation.pcr()
            + (violation.event() == null ? "" : ", event " + violation.event())
            + ")");
  }

  private static SortedMap<Integer, OfPcr> pcrs(
      Explanation explanation, Reason.Mismatch mismatch, MeasuredBoot boot) {
    SortedMap<Integer, OfPcr> pcrs = new TreeMap<>();
    for (PcrDifference difference : explanation.pcrs()) {
      int pcr = difference.pcr();
      pcrs.put(
          pcr,
          new OfPcr(
              Optional.ofNullable(mismatch.differences().get(pcr))
                  .map(values -> values.expected().toHex())
                  .orElse(null),
              boot.pcrs().get(pcr).map(Bytes::toHex).orElse(null),
              difference.status().label(),
              difference.cause().sentence(),
              event(difference.expected()),
              event(difference.actual())));
    }
    return pcrs;
  }

  private static @Nullable OfEvent event(@Nullable EventView view) {
    return view == null
        ? null
        : new OfEvent(
            view.number(),
            view.type(),
            view.meaning(),
            view.digest().toHex(),
            view.verified(),
            view.hint());
  }

  private Told plain(Reason reason, UUID device, MeasuredBoot boot) {
    return switch (reason) {
      case Reason.OfVersion of -> version(of, boot);
      case Reason.OfBaseline of ->
          Told.of(reason(of.code(), null, of.baseline(), of.aspect(), null, null));
      case Reason.Mismatch of ->
          Told.of(reason(of.code(), null, of.baseline(), of.aspect(), of.number(), of.label()));
      case Reason.OfPcrs of -> Told.of(reason(of.code(), pcrs(of), null, null, null, null));
      case Reason.Plain of -> plain(of.code(), device, boot);
      case Reason.OfVolume of -> Told.of(plain(of.code()));
      case Reason.RebootRequired of -> Told.of(plain(of.code()));
    };
  }

  private Told plain(ReasonCode code, UUID device, MeasuredBoot boot) {
    return switch (code) {
      case WRONG_PHASE -> Told.of(reason(code, phase(boot), null, null, null, null));
      case EK_DENIED, EK_REVOKED -> new Told(tpms.of(code, device), Weight.TPM_REFUSED, null);
      case EK_NOT_ENDORSED -> Told.of(tpms.of(code, device));
      default -> Told.of(plain(code));
    };
  }

  private static String pcrs(Reason.OfPcrs of) {
    return sentence(of.code())
        + " PCR "
        + of.pcrs().stream().map(String::valueOf).collect(Collectors.joining(", "))
        + ".";
  }

  /** A boot that is known, and does not count, is called by its name. */
  private static Told version(Reason.OfVersion of, MeasuredBoot boot) {
    String runs = "The device runs " + of.aspect() + " " + of.label();
    String cause =
        switch (of.code()) {
          case VERSION_REVOKED -> runs + ", revoked.";
          case VERSION_NOT_ACCEPTED -> runs + ", which does not count for its group.";
          case WRONG_PHASE -> phase(boot);
          default -> sentence(of.code());
        };
    return new Told(
        reason(of.code(), cause, of.baseline(), of.aspect(), of.number(), of.label()),
        of.code() == ReasonCode.WRONG_PHASE ? Weight.OTHER : Weight.KNOWN_BOOT,
        null);
  }

  private static String phase(MeasuredBoot boot) {
    String word =
        boot.comparison()
            .map(log -> log.explanations().get(IMAGE_PCR))
            .map(LogAgainstQuote.Explanation::extendedWith)
            .filter(words -> !words.isEmpty())
            .map(List::getLast)
            .orElse("the initrd's phase");
    return "The disk was already closed: asked after " + word + ".";
  }

  private static OfReason reason(
      ReasonCode code,
      @Nullable String cause,
      @Nullable String baseline,
      @Nullable String aspect,
      @Nullable Integer version,
      @Nullable String label) {
    return new OfReason(
        code.name(),
        code.meaning(),
        cause == null ? sentence(code) : cause,
        List.of(),
        sentence(code.nextStep()),
        baseline,
        aspect,
        version,
        label,
        null,
        null,
        null,
        null);
  }

  /** A reason of which nothing is known but its code. */
  public static OfReason plain(ReasonCode code) {
    return reason(code, null, null, null, null, null);
  }

  /** A warning, with the baseline it is about. */
  public static OfReason warning(Reason warning) {
    return warning instanceof Reason.OfBaseline of
        ? reason(of.code(), null, of.baseline(), of.aspect(), null, null)
        : plain(warning.code());
  }

  private static String sentence(ReasonCode code) {
    return sentence(code.meaning());
  }

  /** The words with a capital and a full stop. */
  static String sentence(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
  }
}
