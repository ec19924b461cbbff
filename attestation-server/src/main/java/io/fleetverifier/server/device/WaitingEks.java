// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import io.fleetverifier.server.device.LevelledKeys.LevelledKey;
import io.fleetverifier.server.problem.ProblemException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** What is to be seen of the endorsement keys of those that wait. */
@Component
public final class WaitingEks {
  private final Enrolments enrolments;

  WaitingEks(Enrolments enrolments) {
    this.enrolments = enrolments;
  }

  /**
   * The keys of each of them, judged by what counts now; none where the rules for keys have become
   * stricter since it began to wait, so that nobody can approve it any more.
   */
  public List<List<WaitingDevice.Ek>> of(List<Candidate> candidates) {
    List<Optional<Applicant>> applicants = candidates.stream().map(WaitingEks::applicant).toList();
    Iterator<LevelledKeys> levelled =
        enrolments.levelled(applicants.stream().flatMap(Optional::stream).toList()).iterator();
    return applicants.stream()
        .map(applicant ->
            applicant.isPresent() ? view(levelled.next()) : List.<WaitingDevice.Ek>of())
        .toList();
  }

  private static Optional<Applicant> applicant(Candidate candidate) {
    try {
      return Optional.of(candidate.check());
    } catch (ProblemException unsuitable) {
      return Optional.empty();
    }
  }

  private static List<WaitingDevice.Ek> view(LevelledKeys eks) {
    return eks.keys().stream().map(WaitingEks::view).toList();
  }

  private static WaitingDevice.Ek view(LevelledKey ek) {
    return new WaitingDevice.Ek(
        ek.key().fingerprint().toHex(),
        ek.key().template().label(),
        ek.genuine().word(),
        ek.endorsement().orElse(null));
  }
}
