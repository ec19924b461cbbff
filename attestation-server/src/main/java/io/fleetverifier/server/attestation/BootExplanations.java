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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
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

  private final KnownBoots known;

  BootExplanations(KnownBoots known) {
    this.known = known;
  }

  /** A reason, and the cause found by comparing boots, where it was. */
  private record Told(OfReason reason, @Nullable Cause cause, boolean namesTheBoot) {}

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
              : plain(reason, boot));
    }
    Told first = mostTelling(told);
    return new BootExplanation(
        first.reason().cause(),
        first.reason().nextStep(),
        told.stream().map(Told::reason).toList());
  }

  /** A known image by name, else the most telling cause, else the first reason. */
  private static Told mostTelling(List<Told> told) {
    return told.stream()
        .filter(Told::namesTheBoot)
        .findFirst()
        .or(() -> told.stream().filter(one -> one.cause() != null).min(BootExplanations::compare))
        .orElse(told.getFirst());
  }

  private static int compare(Told one, Told other) {
    return one.cause() == null || other.cause() == null
        ? 0
        : Cause.MOST_TELLING_FIRST.compare(one.cause(), other.cause());
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
            pcrs(explanation, mismatch, boot));
    return new Told(reason, cause, false);
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

  private static Told plain(Reason reason, MeasuredBoot boot) {
    return switch (reason) {
      case Reason.OfVersion of -> version(of, boot);
      case Reason.OfBaseline of ->
          new Told(reason(of.code(), null, of.baseline(), of.aspect(), null, null), null, false);
      case Reason.Mismatch of ->
          new Told(
              reason(of.code(), null, of.baseline(), of.aspect(), of.number(), of.label()),
              null,
              false);
      case Reason.OfPcrs of ->
          new Told(
              reason(
                  of.code(),
                  sentence(of.code())
                      + " PCR "
                      + of.pcrs().stream().map(String::valueOf).collect(Collectors.joining(", "))
                      + ".",
                  null,
                  null,
                  null,
                  null),
              null,
              false);
      case Reason.Plain of when of.code() == ReasonCode.WRONG_PHASE ->
          new Told(reason(of.code(), phase(boot), null, null, null, null), null, false);
      case Reason.Plain of -> new Told(plain(of.code()), null, false);
      case Reason.OfVolume of -> new Told(plain(of.code()), null, false);
      case Reason.RebootRequired of -> new Told(plain(of.code()), null, false);
    };
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
        null,
        of.code() != ReasonCode.WRONG_PHASE);
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

  private static String sentence(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
  }
}
