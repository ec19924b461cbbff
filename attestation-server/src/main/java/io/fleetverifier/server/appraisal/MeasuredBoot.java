// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.LogAgainstQuote;
import io.fleetverifier.server.eventlog.LogAgainstQuote.Explanation;
import io.fleetverifier.server.eventlog.LogAgainstQuote.Status;
import io.fleetverifier.server.eventlog.SecureBoot;
import io.fleetverifier.server.eventlog.Separator;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.Pcr;
import io.fleetverifier.tpm.PcrValues;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Quoted values, and the boot log that came with them: of the log only that counts which the values
 * prove. Without a log the values stay what they are, numbers to be compared.
 */
public final class MeasuredBoot {
  private static final Bytes CAP =
      Pcr.extend(HashAlg.SHA256, Pcr.zero(HashAlg.SHA256), Bytes.zeros(32));

  private final PcrValues pcrs;
  private final BootLog log;
  private final @Nullable LogAgainstQuote comparison;
  private @Nullable SecureBoot secureBoot;

  private MeasuredBoot(PcrValues pcrs, BootLog log) {
    this.pcrs = pcrs;
    this.log = log;
    this.comparison =
        log instanceof BootLog.Read(var replay) ? LogAgainstQuote.of(replay, pcrs.values()) : null;
  }

  /**
   * Holds a log against values.
   *
   * @param quoted verified values of the SHA-256 bank
   */
  public static MeasuredBoot of(PcrValues quoted, BootLog log) {
    return new MeasuredBoot(quoted, log);
  }

  /** Values without a log. */
  public static MeasuredBoot of(PcrValues quoted) {
    return new MeasuredBoot(quoted, new BootLog.Absent());
  }

  public PcrValues pcrs() {
    return pcrs;
  }

  public BootLog log() {
    return log;
  }

  /** The log against the values; none where no readable log of a TPM came. */
  public Optional<LogAgainstQuote> comparison() {
    return Optional.ofNullable(comparison);
  }

  /** How value and log belong together; not explained where there is no log. */
  public Status status(int pcr) {
    return comparison == null ? Status.NOT_EXPLAINED : comparison.status(pcr);
  }

  /**
   * The events that the quoted value proves, all that the register holds: none at all where the
   * register was also extended by something that is not known, or was closed as that of a bank not
   * in use.
   */
  public Optional<List<Event>> provenEvents(int pcr) {
    return comparison == null || holdsMore(comparison.explanations().get(pcr)) || isCapped(pcr)
        ? Optional.empty()
        : comparison.provenEvents(pcr);
  }

  /** Extended after the log, by something that no one knows. */
  private static boolean holdsMore(@Nullable Explanation explanation) {
    return explanation == null
        || (explanation.status() == Status.EXTENDED_AFTER_LOG
            && explanation.extendedWith().isEmpty());
  }

  /** Whether the register was closed by an extend of zeros, with or without events before it. */
  public boolean isCapped(int pcr) {
    Explanation explanation = comparison == null ? null : comparison.explanations().get(pcr);
    return (explanation != null && explanation.isCapped())
        || pcrs.get(pcr).filter(CAP::equals).isPresent();
  }

  /** Whether the register is as after a reset. */
  boolean isNeverExtended(int pcr) {
    return pcrs.get(pcr).filter(Bytes::isAllZero).isPresent();
  }

  /** Which separator an event is, by its digest. */
  Optional<Separator> separator(Event event) {
    return comparison == null ? Optional.empty() : comparison.replay().separator(event);
  }

  /** What is proven of Secure Boot; undetermined where the log does not explain PCR 7. */
  public SecureBoot secureBoot() {
    if (secureBoot == null) {
      secureBoot = comparison == null ? SecureBoot.unknown() : SecureBoot.of(comparison);
    }
    return secureBoot;
  }
}
