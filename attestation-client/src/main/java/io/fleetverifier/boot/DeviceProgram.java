// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.boot.Patience.NotYetException;
import io.fleetverifier.boot.UnlockCommand.RebootException;
import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.client.Outcome;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.EnrolmentState;
import io.fleetverifier.protocol.Protocol;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run of the device program, from arguments to exit code. */
final class DeviceProgram {

  private static final Duration INTERACTIVE = Duration.ofSeconds(60);
  private static final Duration FOR_EVER = Duration.ZERO;
  private static final int LONGEST_TOKEN = 256;

  private final Surroundings surroundings;
  private DeviceConfig config = DeviceConfig.defaults();

  DeviceProgram(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Runs the command that the arguments name. */
  ExitCode run(List<String> arguments) {
    try {
      CommandLine line = CommandLine.parse(arguments);
      return switch (line.command()) {
        case HELP -> help();
        case DOCTOR -> doctor(line);
        case ENROL -> enrol(line);
        case PROVISION -> provision(line);
        case CONFIRM -> confirm(line);
        case UNLOCK -> unlock(line);
        case CLOSE -> close(line);
        case ABANDON -> abandon(line);
        case REPORT -> report(line);
      };
    } catch (EndedException e) {
      return ended(console(), e.finding());
    } catch (RuntimeException e) {
      return ended(console(), Finding.of(e));
    }
  }

  private Console console() {
    return new Console(surroundings.err(), config.name(), Optional::empty);
  }

  private static ExitCode ended(Console console, Finding finding) {
    console.ended(finding);
    return finding.exit();
  }

  private void readConfig(CommandLine line) {
    config = DeviceConfig.read(line.path(Option.CONFIG).orElse(DeviceConfig.DEFAULT_FILE));
  }

  private ExitCode help() {
    PrintStream out = new PrintStream(surroundings.out(), true, StandardCharsets.UTF_8);
    for (Command command : Command.values()) {
      out.println(command.usage() + " [--config FILE]");
      out.println("    " + command.purpose());
    }
    return ExitCode.OK;
  }

  private ExitCode doctor(CommandLine line) {
    Doctor doctor = new Doctor(surroundings);
    try {
      readConfig(line);
      doctor.configRead();
    } catch (EndedException e) {
      doctor.configRefused(e.finding());
    }
    return doctor.examine(config);
  }

  /** One command that asks the server. */
  @FunctionalInterface
  private interface Work {
    ExitCode run(Machine machine);
  }

  /** What goes wrong is told beside the id of the request with which it did. */
  private ExitCode with(CommandLine line, Duration deadline, Work work) {
    readConfig(line);
    try (Machine machine = Machine.open(config, line.deadline(deadline), surroundings)) {
      try {
        return work.run(machine);
      } catch (EndedException e) {
        return ended(machine.console(), e.finding());
      }
    }
  }

  private ExitCode enrol(CommandLine line) {
    boolean waitsForApproval = line.option(Option.DEADLINE).isPresent();
    return with(
        line,
        INTERACTIVE,
        machine -> {
          String name = line.option(Option.NAME).orElseGet(config::name);
          if (!Protocol.isDeviceName(name)) {
            throw EndedException.local("USAGE", "'" + name + "' cannot be the name of a device");
          }
          String token = line.path(Option.JOIN_TOKEN_FILE).map(DeviceProgram::token).orElse(null);
          EnrolmentResult result =
              machine.patience().until(() -> enrol(machine, name, token, waitsForApproval));
          tell(result.deviceId().toString());
          machine.console().done("ENROLLED", "EK code " + result.ekCode());
          return ExitCode.OK;
        });
  }

  private static EnrolmentResult enrol(
      Machine machine, String name, @Nullable String token, boolean waitsForApproval) {
    EnrolmentResult result = machine.attester().enrol(name, token);
    if (result.state() == EnrolmentState.ENROLLED) {
      return result;
    }
    Finding pending =
        new Finding(
            "PENDING",
            "an operator has to approve this machine; EK code " + result.ekCode(),
            ExitCode.REFUSED);
    if (waitsForApproval) {
      throw new NotYetException(pending);
    }
    throw new EndedException(pending);
  }

  private static String token(Path file) {
    try (var in = Files.newInputStream(file)) {
      String token = new String(in.readNBytes(LONGEST_TOKEN), StandardCharsets.US_ASCII).strip();
      if (!token.matches("fvj_[A-Za-z0-9_-]{1,200}")) {
        throw EndedException.local("USAGE", file + " holds no join token (fvj_...)");
      }
      return token;
    } catch (IOException e) {
      throw EndedException.local("USAGE", "cannot read " + e.getMessage());
    }
  }

  private ExitCode provision(CommandLine line) {
    String volume = Volume.requireName(line.operands().get(0));
    SecretOutput output =
        new SecretOutput(surroundings.out(), line.path(Option.OUT), Optional.empty());
    return with(
        line,
        INTERACTIVE,
        machine -> {
          output.prepare();
          try (Outcome outcome = machine.patience().until(() -> provision(machine, volume))) {
            output.write(outcome.secrets(), Map.of());
          }
          machine.console().done("PROVISIONED", "make volume '" + volume + "', then confirm it");
          return ExitCode.OK;
        });
  }

  private static Outcome provision(Machine machine, String volume) {
    Outcome outcome = machine.attester().provision(List.of(volume));
    if (!outcome.secrets().containsKey(volume)) {
      outcome.close();
      throw new NotYetException(Finding.of(outcome));
    }
    return outcome;
  }

  private ExitCode confirm(CommandLine line) {
    List<Volume> volumes = Volume.parse(line.operands());
    return with(
        line,
        INTERACTIVE,
        machine -> {
          machine.patience().until(() -> confirm(machine, volumes));
          machine.console().done("CONFIRMED", "the server knows the volumes");
          return ExitCode.OK;
        });
  }

  private static Outcome confirm(Machine machine, List<Volume> volumes) {
    Outcome outcome = machine.attester().confirm(Volume.pins(Volume.headers(volumes)));
    if (!outcome.isTrusted() || !outcome.reasons().isEmpty()) {
      throw new NotYetException(Finding.of(outcome));
    }
    return outcome;
  }

  private ExitCode report(CommandLine line) {
    List<Volume> volumes = Volume.parse(line.operands());
    return with(
        line,
        INTERACTIVE,
        machine -> {
          Outcome outcome =
              machine
                  .patience()
                  .until(() -> machine.attester().report(Volume.pins(Volume.headers(volumes))));
          if (!outcome.isTrusted()) {
            // To report was the task, and the server has heard it: another try says the same.
            throw new EndedException(Finding.of(outcome));
          }
          machine
              .console()
              .done(
                  "TRUSTED",
                  "the next report is due in " + outcome.nextAttestationAfter().toSeconds() + " s");
          return ExitCode.OK;
        });
  }

  private ExitCode close(CommandLine line) {
    readConfig(line);
    if (config.closesPhases()) {
      return closePhase();
    }
    console().done("LEFT_TO_THE_SYSTEM", "phases = system: the system closes the phase itself");
    return ExitCode.OK;
  }

  /** After a failure nobody else closes the phase in time: not the system, which stops early. */
  private ExitCode abandon(CommandLine line) {
    readConfig(line);
    return closePhase();
  }

  private ExitCode closePhase() {
    new BootPhase(config::openTpm, config.runFolder()).close();
    console().done("CLOSED", "nothing more can be unlocked in this boot");
    return ExitCode.OK;
  }

  private ExitCode unlock(CommandLine line) {
    List<Volume> volumes = Volume.parse(line.operands());
    Optional<Path> folder = line.path(Option.OUT);
    Optional<Path> headerFile = line.path(Option.HEADER_OUT);
    if (volumes.size() > 1 && (folder.isEmpty() || headerFile.isPresent())) {
      throw EndedException.local("USAGE", "several volumes need --out DIR and no --header-out");
    }
    Duration deadline = line.deadline(FOR_EVER);
    readConfig(line);
    SecretOutput output = new SecretOutput(surroundings.out(), folder, headerFile);
    BootPhase phase = new BootPhase(config::openTpm, config.runFolder());
    surroundings.atShutdown().accept(() -> closeAtShutdown(phase));
    try {
      return unlock(deadline, phase, output, volumes);
    } finally {
      phase.closeUnlessDelivered();
    }
  }

  private ExitCode unlock(
      Duration deadline, BootPhase phase, SecretOutput output, List<Volume> volumes) {
    try (Machine machine = Machine.open(config, deadline, surroundings)) {
      try {
        new UnlockCommand(machine, phase, output, volumes).run();
        return ExitCode.OK;
      } catch (EndedException e) {
        phase.closeUnlessDelivered();
        return ended(machine.console(), e.finding());
      } catch (RebootException e) {
        phase.closeUnlessDelivered();
        return reboot(machine, e, deadline);
      }
    }
  }

  private void closeAtShutdown(BootPhase phase) {
    try {
      phase.closeUnlessDelivered();
    } catch (EndedException e) {
      console().ended(e.finding());
    }
  }

  /** The phase is closed; the wait keeps a machine from restarting all the time. */
  private ExitCode reboot(Machine machine, RebootException reboot, Duration deadline) {
    Duration wait = reboot.after();
    if (!deadline.isZero() && deadline.compareTo(wait) < 0) {
      wait = deadline;
    }
    Finding finding =
        new Finding("REBOOT_REQUIRED", String.valueOf(reboot.getMessage()), ExitCode.REBOOT);
    machine.console().rebooting(finding, wait);
    try {
      surroundings.sleeper().sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.REBOOT;
  }

  private void tell(String text) {
    try {
      surroundings.out().write(Bytes.utf8(text + "\n").toArray());
      surroundings.out().flush();
    } catch (IOException e) {
      throw EndedException.local("OUTPUT", "cannot write: " + e.getMessage());
    }
  }
}
