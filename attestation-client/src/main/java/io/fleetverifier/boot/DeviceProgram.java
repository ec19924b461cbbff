// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.client.Attester;
import io.fleetverifier.client.DeadlineException;
import io.fleetverifier.client.Outcome;
import io.fleetverifier.client.RetryLoop;
import io.fleetverifier.client.RetryLoop.Progress;
import io.fleetverifier.client.ServerProblemException;
import io.fleetverifier.client.ServerUnreachableException;
import io.fleetverifier.client.Tpm;
import io.fleetverifier.client.TpmUnusableException;
import io.fleetverifier.command.TpmCommandException;
import io.fleetverifier.command.TpmResponseException;
import io.fleetverifier.luks.LuksException;
import io.fleetverifier.luks.LuksHeader;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.EnrolmentState;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.transport.TpmIoException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The commands that need a TPM and a server. Each returns how the program ends. */
final class DeviceProgram {
  private static final Duration FOR_EVER = Duration.ZERO;
  private static final Duration A_PERSON_WAITS = Duration.ofMinutes(1);

  private final Attester attester;
  private final Supplier<Tpm> tpms;
  private final Console console;
  private final OutputStream standard;
  private final RandomGenerator random;
  private ExitCode lastFailure = ExitCode.UNREACHABLE;

  DeviceProgram(
      Attester attester,
      Supplier<Tpm> tpms,
      Console console,
      OutputStream standard,
      RandomGenerator random) {
    this.attester = attester;
    this.tpms = tpms;
    this.console = console;
    this.standard = standard;
    this.random = random;
  }

  ExitCode enrol(Arguments arguments, String configuredName) throws InterruptedException {
    arguments.requireNoOperands();
    String name = arguments.name().orElse(configuredName);
    if (!Protocol.isDeviceName(name)) {
      throw Arguments.usage(
          "'" + name + "' is no device name: letters, digits, . _ - (at most 64)");
    }
    String token = joinToken(arguments.joinTokenFile());
    EnrolmentResult result =
        repeat(arguments.deadline(A_PERSON_WAITS), () -> Progress.done(enrol(name, token)));
    console.say("EK code " + result.ekCode() + ", device id " + result.deviceId());
    if (result.state() == EnrolmentState.PENDING) {
      console.say("waits for approval: an operator compares the EK code and approves");
      return ExitCode.NOT_ENROLLED;
    }
    console.say("enrolled");
    return ExitCode.DONE;
  }

  /** A refusal to enrol is final for this call: a person has to do something first. */
  private EnrolmentResult enrol(String name, @Nullable String token) {
    try {
      return attester.enrol(name, token);
    } catch (ServerProblemException e) {
      if (e.code().equals("enrolment-refused")) {
        throw new ProgramException(
            ExitCode.NOT_ENROLLED, "enrolment refused: " + e.reason().orElse("no reason given"), e);
      }
      throw e;
    }
  }

  private static @Nullable String joinToken(Optional<Path> file) {
    if (file.isEmpty()) {
      return null;
    }
    try {
      return Files.readString(file.get()).strip();
    } catch (IOException e) {
      throw new ProgramException(ExitCode.LOCAL, "cannot read " + file.get(), e);
    }
  }

  ExitCode provision(Arguments arguments) throws IOException, InterruptedException {
    List<String> volumes = arguments.volumes();
    KeyOutput output = new KeyOutput(standard, arguments.out(), volumes.size());
    try (Outcome outcome =
        repeat(
            arguments.deadline(A_PERSON_WAITS),
            () -> granted(attester.provision(volumes), volumes.size()))) {
      if (outcome.secrets().isEmpty()) {
        return ExitCode.REBOOT_REQUIRED;
      }
      output.write(outcome.secrets());
      console.say(
          "pending secret for "
              + String.join(", ", volumes)
              + "; make the volume, then confirm it");
      return ExitCode.DONE;
    }
  }

  ExitCode confirm(Arguments arguments) throws InterruptedException {
    Map<String, Bytes> pins = pins(headers(requireDevices(arguments)));
    repeat(arguments.deadline(A_PERSON_WAITS), () -> accepted(attester.confirm(pins))).close();
    console.say("confirmed: " + String.join(", ", pins.keySet()));
    return ExitCode.DONE;
  }

  ExitCode report(Arguments arguments) throws InterruptedException {
    Map<String, Bytes> pins = pins(headers(arguments.devices()));
    try (Outcome outcome =
        repeat(arguments.deadline(A_PERSON_WAITS), () -> accepted(attester.report(pins)))) {
      console.say("trusted; next report in " + outcome.nextAttestationAfter().toSeconds() + " s");
    }
    return ExitCode.DONE;
  }

  /** Ends with a secret, or closes the phase: see {@link BootPhase}. */
  ExitCode unlock(Arguments arguments) throws IOException, InterruptedException {
    Map<String, Path> devices = requireDevices(arguments);
    KeyOutput output = new KeyOutput(standard, arguments.out(), devices.size());
    if (arguments.headerOut().isPresent() && devices.size() > 1) {
      throw Arguments.usage("--header-out is for one volume; --out DIR writes a header for each");
    }
    try (BootPhase phase = new BootPhase(tpms)) {
      Map<String, LuksHeader> headers = headers(devices);
      Map<String, Bytes> pins = pins(headers);
      try (Outcome outcome =
          repeat(arguments.deadline(FOR_EVER), () -> granted(attester.unlock(pins), pins.size()))) {
        if (outcome.secrets().isEmpty()) {
          return ExitCode.REBOOT_REQUIRED;
        }
        writeHeaders(headers, arguments);
        output.write(outcome.secrets());
        phase.unlocked();
        console.say("unlocked: " + String.join(", ", pins.keySet()));
        return ExitCode.DONE;
      }
    }
  }

  /** The very copies that were pinned, so that what was checked is what is opened. */
  private static void writeHeaders(Map<String, LuksHeader> headers, Arguments arguments)
      throws IOException {
    if (arguments.headerOut().isPresent()) {
      headers.values().iterator().next().writeCopy(arguments.headerOut().get());
    }
    if (arguments.out().isPresent()) {
      Path folder = Files.createDirectories(arguments.out().get());
      for (Map.Entry<String, LuksHeader> header : headers.entrySet()) {
        header.getValue().writeCopy(folder.resolve(header.getKey() + ".header"));
      }
    }
  }

  /**
   * Done with all secrets, or with none when only a reboot helps; every other refusal is tried
   * again.
   */
  private Progress<Outcome> granted(Outcome outcome, int wanted) {
    if (outcome.isTrusted() && outcome.secrets().size() == wanted) {
      return Progress.done(outcome);
    }
    if (outcome.rebootAfter().isPresent()) {
      console.refused(outcome.reasons());
      console.say("reboot after " + outcome.rebootAfter().get().toSeconds() + " s");
      return Progress.done(outcome);
    }
    return refused(outcome);
  }

  private Progress<Outcome> accepted(Outcome outcome) {
    return outcome.isTrusted() && outcome.reasons().isEmpty()
        ? Progress.done(outcome)
        : refused(outcome);
  }

  private Progress<Outcome> refused(Outcome outcome) {
    lastFailure = ExitCode.UNTRUSTED;
    outcome.close();
    return Progress.notYet(
        "refused: " + String.join(" ", outcome.reasons()) + Console.advice(outcome.reasons()));
  }

  private <T> T repeat(Duration deadline, RetryLoop.Attempt<T> attempt)
      throws InterruptedException {
    RetryLoop loop = new RetryLoop(deadline, random, console::waiting);
    try {
      return loop.run(() -> noting(attempt));
    } catch (DeadlineException e) {
      throw new ProgramException(lastFailure, String.valueOf(e.getMessage()), e);
    } catch (TpmUnusableException e) {
      throw new ProgramException(ExitCode.TPM, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The loop decides what is tried again; how the program ends if that never helps is noted here.
   */
  private <T> Progress<T> noting(RetryLoop.Attempt<T> attempt) {
    try {
      return attempt.run();
    } catch (ServerProblemException e) {
      lastFailure =
          switch (e.code()) {
            case "not-enrolled" -> ExitCode.NOT_ENROLLED;
            case "unverifiable" -> ExitCode.UNTRUSTED;
            default -> ExitCode.UNREACHABLE;
          };
      throw e;
    } catch (ServerUnreachableException e) {
      lastFailure = isTls(e) ? ExitCode.TLS : ExitCode.UNREACHABLE;
      throw e;
    } catch (TpmIoException | TpmCommandException | TpmResponseException e) {
      lastFailure = ExitCode.TPM;
      throw e;
    }
  }

  private static boolean isTls(ServerUnreachableException unreachable) {
    for (Throwable failure : unreachable.getSuppressed()) {
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        if (cause instanceof SSLException) {
          return true;
        }
      }
    }
    return false;
  }

  private static Map<String, Path> requireDevices(Arguments arguments) {
    Map<String, Path> devices = arguments.devices();
    if (devices.isEmpty()) {
      throw Arguments.usage("'" + arguments.command() + "' needs NAME=DEVICE");
    }
    return devices;
  }

  /** Each header is read once: what is pinned here is what is written out later. */
  private Map<String, LuksHeader> headers(Map<String, Path> devices) {
    Map<String, LuksHeader> headers = new LinkedHashMap<>();
    devices.forEach((volume, device) -> {
      try {
        LuksHeader header = LuksHeader.read(device);
        header.notes().forEach(note -> console.say(volume + ": " + note));
        headers.put(volume, header);
      } catch (IOException | LuksException e) {
        throw new ProgramException(
            ExitCode.LOCAL, volume + " on " + device + ": " + e.getMessage(), e);
      }
    });
    return headers;
  }

  private static Map<String, Bytes> pins(Map<String, LuksHeader> headers) {
    Map<String, Bytes> pins = new LinkedHashMap<>();
    headers.forEach((volume, header) -> pins.put(volume, header.pin()));
    return pins;
  }
}
