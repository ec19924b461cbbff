// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.client.AttestationServer;
import io.fleetverifier.client.Endorsement;
import io.fleetverifier.client.Pins;
import io.fleetverifier.client.Tpm;
import io.fleetverifier.protocol.AttestationRequest.Log;
import io.fleetverifier.protocol.ChallengeRequest;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.tpm.TpmsClockInfo;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything that must work, and tells each finding on a line of standard output. The exit
 * code is that of the first thing that does not work. Nothing is changed, here or on the server.
 */
final class Doctor {

  /** Before this a clock is wrong: the program is younger. */
  private static final Instant PLAUSIBLE = Instant.parse("2026-01-01T00:00:00Z");

  private final PrintStream out;
  private final Clock clock = Clock.systemUTC();
  private ExitCode exit = ExitCode.OK;

  Doctor(Surroundings surroundings) {
    this.out = new PrintStream(surroundings.out(), true, StandardCharsets.UTF_8);
  }

  void configRead() {
    line("ok", "config", "read");
  }

  void configRefused(Finding finding) {
    fails("config", finding);
    line("note", "config", "what follows is by the defaults");
  }

  /** Looks at everything else. */
  ExitCode examine(DeviceConfig config) {
    line("note", "name", config.name());
    line("note", "phases", config.closesPhases() ? "closed by 'close'" : "closed by the system");
    clock();
    log(config);
    Bytes akName = tpm(config);
    server(config, akName);
    return exit;
  }

  private void clock() {
    Instant now = clock.instant();
    boolean plausible = !now.isBefore(PLAUSIBLE);
    line(plausible ? "ok" : "note", "clock", now + (plausible ? "" : ": wrong, and not needed"));
  }

  private void log(DeviceConfig config) {
    List<Log> logs = config.logs().read();
    String where = config.eventLog().map(Path::toString).orElse("of the firmware");
    if (logs.isEmpty()) {
      line("note", "event log", where + ": not readable; verdicts will be told less clearly");
    }
    logs.forEach(log -> line("ok", "event log", where + ": " + log.data().size() + " octets"));
  }

  /** The Name of the AK, when the TPM can make one. */
  private @Nullable Bytes tpm(DeviceConfig config) {
    line("note", "tpm", config.tpmAddress());
    try (Tpm tpm = config.openTpm()) {
      line("ok", "tpm", what(tpm));
      boots(tpm.clock());
      endorsements(tpm);
      hierarchy(tpm);
      imports(tpm);
      Bytes akName = tpm.akArea().name().value();
      line("ok", "ak name", akName.toHex());
      return akName;
    } catch (EndedException e) {
      fails("tpm", e.finding());
    } catch (RuntimeException e) {
      fails("tpm", Finding.of(e));
    }
    return null;
  }

  private static String what(Tpm tpm) {
    return "manufacturer "
        + tpm.manufacturer()
        + ", firmware "
        + HexFormat.of().toHexDigits(tpm.firmwareVersion());
  }

  private void boots(TpmsClockInfo boots) {
    line(
        "ok",
        "tpm clock",
        "reset count " + boots.resetCount() + ", restart count " + boots.restartCount());
  }

  private void endorsements(Tpm tpm) {
    List<Bytes> fingerprints = new ArrayList<>();
    for (Endorsement endorsement : tpm.endorsements()) {
      Bytes fingerprint = endorsement.area().subjectPublicKeyInfo().sha256();
      fingerprints.add(fingerprint);
      String certified = endorsement.certificate().isPresent() ? "certified" : "no certificate";
      line(
          "ok",
          "ek " + endorsement.template().label(),
          fingerprint.toHex() + " (" + certified + ")");
    }
    line("ok", "ek code", Formulas.ekCode(fingerprints));
  }

  private void hierarchy(Tpm tpm) {
    if (tpm.srkName().isEmpty()) {
      line("note", "owner", "has a password: that the TPM was cleared is seen less surely");
    } else {
      line("ok", "owner", "has no password");
    }
  }

  private void imports(Tpm tpm) {
    try {
      tpm.requireReleases();
      line("ok", "import", "secrets can be released to this TPM");
    } catch (RuntimeException e) {
      fails("import", Finding.of(e));
    }
  }

  /** A challenge is free: it says nothing of the device, and the server keeps nothing of it. */
  private void server(DeviceConfig config, @Nullable Bytes akName) {
    Optional<Pins> pins = pins(config);
    if (pins.isEmpty()) {
      return;
    }
    pins.get().urls().forEach(url -> line("note", "server", url.toString()));
    if (akName == null) {
      line("note", "server", "not asked: that needs a TPM");
      return;
    }
    try (AttestationServer server = new AttestationServer(pins.get())) {
      server.challenge(new ChallengeRequest(Protocol.VERSION, akName, Purpose.REPORT, List.of()));
      line("ok", "server", "answers");
    } catch (RuntimeException e) {
      fails("server", Finding.of(e));
    }
  }

  private Optional<Pins> pins(DeviceConfig config) {
    try {
      Pins pins = config.pins();
      pins.answerKeyIds().forEach(id -> line("note", "answer key", id.toHex()));
      return Optional.of(pins);
    } catch (EndedException e) {
      fails("server", e.finding());
      return Optional.empty();
    }
  }

  private void fails(String subject, Finding finding) {
    line("FAIL", subject, finding.code() + ": " + finding.sentence());
    if (exit == ExitCode.OK) {
      exit = finding.exit();
    }
  }

  private void line(String state, String subject, String text) {
    out.println(Console.harmless(String.format("%-4s  %-10s  %s", state, subject, text)));
  }
}
