// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.client.AttestationServer;
import io.fleetverifier.client.Attester;
import io.fleetverifier.client.Pins;
import io.fleetverifier.client.Tpm;
import io.fleetverifier.command.TpmCommandException;
import io.fleetverifier.command.TpmResponseException;
import io.fleetverifier.transport.TpmIoException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.function.Supplier;

/** The device program. */
public final class Main {
  private static final String HELP =
      """
      Proves to the attestation server what this device booted, and gets its disk secrets.

        enrol [--name NAME] [--join-token-file FILE]     make the device known; shows the EK code
        provision NAME                                   the secret for a volume that is about to be made
        confirm NAME=DEVICE ...                          tell the server which volume was made with it
        unlock NAME=DEVICE ... [--header-out FILE]       at boot: the secret of each volume
        close                                            after the last volume: nothing is released until the next boot
        report [NAME=DEVICE ...]                         prove the running system
        doctor                                           look at TPM, configuration and server

      --config FILE   configuration (/etc/fleet-verifier/device.conf)
      --deadline S    give up after S seconds; 0: never (unlock: 0, others: 60)
      --out DIR       keys to DIR/NAME.key, headers to DIR/NAME.header, instead of one key to standard output

      Ends with 0 done, 1 wrong call or volume, 10 not enrolled, 11 not trusted, 12 server unreachable, 13 TPM, 14 TLS, 15 reboot required.
      """;

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(System.out, System.err, args).number());
  }

  /** Runs one command; keys go to {@code out}, words to {@code err}. */
  static ExitCode run(PrintStream out, PrintStream err, String... args) {
    try {
      Arguments arguments = Arguments.parse(args);
      if (arguments.command().equals("help") || arguments.command().equals("--help")) {
        out.print(HELP);
        return ExitCode.DONE;
      }
      return run(arguments, out, err);
    } catch (ProgramException e) {
      err.println("fleet-verifier: " + e.getMessage());
      return e.code();
    } catch (TpmIoException | TpmCommandException | TpmResponseException e) {
      err.println("fleet-verifier: TPM: " + e.getMessage());
      return ExitCode.TPM;
    } catch (IOException e) {
      err.println("fleet-verifier: " + e.getMessage());
      return ExitCode.LOCAL;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.UNREACHABLE;
    }
  }

  private static ExitCode run(Arguments arguments, PrintStream out, PrintStream err)
      throws IOException, InterruptedException {
    DeviceConfig config = DeviceConfig.read(arguments.config());
    Supplier<Tpm> tpms = () -> Tpm.open(config.tpm());
    return switch (arguments.command()) {
      case "close" -> close(arguments, config, tpms);
      case "doctor" -> {
        arguments.requireNoOperands();
        yield new Doctor(out).examine(config, tpms);
      }
      case "enrol", "provision", "confirm", "unlock", "report" ->
          withServer(arguments, config, tpms, out, new Console(err, config.name()));
      default -> throw Arguments.usage("unknown command: " + arguments.command());
    };
  }

  /** Where the system's own units mark phases, marking one here as well would spoil later ones. */
  private static ExitCode close(Arguments arguments, DeviceConfig config, Supplier<Tpm> tpms) {
    arguments.requireNoOperands();
    if (config.clientMarksPhases()) {
      BootPhase.leave(tpms);
    }
    return ExitCode.DONE;
  }

  private static ExitCode withServer(
      Arguments arguments,
      DeviceConfig config,
      Supplier<Tpm> tpms,
      OutputStream out,
      Console console)
      throws IOException, InterruptedException {
    Pins pins = config.pins();
    SecureRandom random = new SecureRandom();
    try (AttestationServer server = new AttestationServer(pins)) {
      Attester attester = new Attester(tpms, server, pins, config.logs(), random);
      DeviceProgram program = new DeviceProgram(attester, tpms, console, out, random);
      return switch (arguments.command()) {
        case "enrol" -> program.enrol(arguments, config.name());
        case "provision" -> program.provision(arguments);
        case "confirm" -> program.confirm(arguments);
        case "unlock" -> program.unlock(arguments);
        default -> program.report(arguments);
      };
    }
  }
}
