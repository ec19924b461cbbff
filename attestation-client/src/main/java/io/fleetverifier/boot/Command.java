// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** What the program can be told to do. */
enum Command {
  ENROL(
      "enrol [--name NAME] [--join-token-file FILE] [--deadline SECONDS]",
      "makes this machine known to the server",
      Set.of(Option.NAME, Option.JOIN_TOKEN_FILE, Option.DEADLINE),
      0,
      0),
  PROVISION(
      "provision VOLUME [--out DIR] [--deadline SECONDS]",
      "fetches the passphrase of a volume that is yet to be made",
      Set.of(Option.OUT, Option.DEADLINE),
      1,
      1),
  CONFIRM(
      "confirm VOLUME=DEVICE... [--deadline SECONDS]",
      "tells the server that the volumes were made, and which they are",
      Set.of(Option.DEADLINE),
      1,
      Command.MOST_VOLUMES),
  UNLOCK(
      "unlock VOLUME=DEVICE... [--out DIR] [--header-out FILE] [--deadline SECONDS]",
      "fetches the passphrases of volumes at boot",
      Set.of(Option.OUT, Option.HEADER_OUT, Option.DEADLINE),
      1,
      Command.MOST_VOLUMES),
  CLOSE("close", "ends the phase of this boot in which volumes can be unlocked", Set.of(), 0, 0),
  ABANDON(
      "abandon",
      "gives this boot up: ends that phase, also where the system does it otherwise",
      Set.of(),
      0,
      0),
  REPORT(
      "report [VOLUME=DEVICE...] [--deadline SECONDS]",
      "proves this machine's boot to the server",
      Set.of(Option.DEADLINE),
      0,
      Command.MOST_VOLUMES),
  DOCTOR("doctor", "tells what works on this machine and what does not", Set.of(), 0, 0),
  HELP("help", "shows this text", Set.of(), 0, 0);

  /** As many as one attestation can ask for. */
  private static final int MOST_VOLUMES = 16;

  private final String usage;
  private final String purpose;

  // A copy that nobody changes, which the checker cannot see.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Set<Option> options;

  private final int fewestOperands;
  private final int mostOperands;

  Command(String usage, String purpose, Set<Option> options, int fewestOperands, int mostOperands) {
    this.usage = usage;
    this.purpose = purpose;
    this.options = Set.copyOf(options);
    this.fewestOperands = fewestOperands;
    this.mostOperands = mostOperands;
  }

  static Optional<Command> of(String word) {
    return Arrays.stream(values()).filter(command -> command.word().equals(word)).findFirst();
  }

  String word() {
    return usage.split(" ", 2)[0];
  }

  String usage() {
    return usage;
  }

  String purpose() {
    return purpose;
  }

  /** Each command takes {@code --config}. */
  boolean takes(Option option) {
    return option == Option.CONFIG || options.contains(option);
  }

  boolean takesOperands(int count) {
    return count >= fewestOperands && count <= mostOperands;
  }
}
