// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.boot.Patience.NotYetException;
import io.fleetverifier.client.Outcome;
import io.fleetverifier.luks.LuksHeader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Fetches the passphrases of volumes. Whenever it ends without them, whatever the reason, it closes
 * the phase of unlocking first: whoever then gets an emergency shell finds nothing to unlock.
 */
final class UnlockCommand {

  /** However long the server says, a machine that can be helped by a restart restarts. */
  private static final Duration LONGEST_REBOOT_WAIT = Duration.ofHours(1);

  private static final String REBOOT_REQUIRED = "REBOOT_REQUIRED";

  private final Machine machine;
  private final BootPhase phase;
  private final SecretOutput output;
  private final List<Volume> volumes;

  UnlockCommand(Machine machine, BootPhase phase, SecretOutput output, List<Volume> volumes) {
    this.machine = machine;
    this.phase = phase;
    this.output = output;
    this.volumes = volumes;
  }

  /** What an attempt brought. */
  private record Released(Outcome outcome, Map<String, LuksHeader> headers) {}

  /** Only the next boot can bring a secret. */
  static final class RebootException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration after;

    private RebootException(Duration after) {
      super("the releases of this boot are used up");
      this.after = after.compareTo(LONGEST_REBOOT_WAIT) > 0 ? LONGEST_REBOOT_WAIT : after;
    }

    /** How long to wait before the reboot. */
    Duration after() {
      return after;
    }
  }

  /**
   * Runs the command.
   *
   * @throws EndedException when it ends without the passphrases
   * @throws RebootException when it does so because of this boot
   */
  void run() {
    output.prepare();
    Released released = machine.patience().until(this::attempt);
    try (Outcome outcome = released.outcome()) {
      phase.deliver(() -> output.write(outcome.secrets(), released.headers()));
    }
    machine
        .console()
        .done("RELEASED", "the server released what unlocks " + String.join(", ", names()));
  }

  private Released attempt() {
    Map<String, LuksHeader> headers = Volume.headers(volumes);
    Outcome outcome = machine.attester().unlock(Volume.pins(headers));
    if (outcome.secrets().keySet().equals(names())) {
      return new Released(outcome, headers);
    }
    outcome.close();
    if (outcome.rebootAfter().isPresent() || outcome.reasons().contains(REBOOT_REQUIRED)) {
      throw new RebootException(outcome.rebootAfter().orElse(Duration.ZERO));
    }
    throw new NotYetException(Finding.of(outcome));
  }

  private Set<String> names() {
    return volumes.stream().map(Volume::name).collect(Collectors.toCollection(TreeSet::new));
  }
}
