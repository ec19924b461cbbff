// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.client.BootLogs;
import io.fleetverifier.client.Endorsement;
import io.fleetverifier.client.Pins;
import io.fleetverifier.client.Tpm;
import io.fleetverifier.client.TpmUnusableException;
import io.fleetverifier.protocol.Formulas;
import io.fleetverifier.tpm.TpmsClockInfo;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Looks at everything that an unlock needs, a line a finding. Shows nothing secret. */
final class Doctor {
  private static final int CONNECT_MILLIS = 5000;
  private static final int HTTPS = 443;

  private final PrintStream out;
  private boolean healthy = true;

  Doctor(PrintStream out) {
    this.out = out;
  }

  ExitCode examine(DeviceConfig config, Supplier<Tpm> tpms) {
    good("name", config.name());
    examineTpm(tpms);
    examineLogs(config.logs());
    examineServer(config);
    return healthy ? ExitCode.DONE : ExitCode.LOCAL;
  }

  private void examineTpm(Supplier<Tpm> tpms) {
    try (Tpm tpm = tpms.get()) {
      good(
          "TPM",
          tpm.manufacturer()
              + ", firmware "
              + Long.toUnsignedString(tpm.firmwareVersion(), 16).toLowerCase(Locale.ROOT));
      TpmsClockInfo clock = tpm.clock();
      good(
          "TPM counters",
          "resets %d, restarts %d, clock %s"
              .formatted(
                  clock.resetCount(),
                  clock.restartCount(),
                  clock.safe() ? "safe" : "not safe (the power was cut)"));
      List<Bytes> fingerprints = new ArrayList<>();
      for (Endorsement ek : tpm.endorsements()) {
        Bytes fingerprint = ek.area().subjectPublicKeyInfo().sha256();
        fingerprints.add(fingerprint);
        good(
            "EK " + ek.template().label(),
            fingerprint.toHex()
                + (ek.certificate().isPresent() ? ", certified" : ", no certificate"));
      }
      good("EK code", Formulas.ekCode(fingerprints));
      good("AK", tpm.akArea().name().toHex());
      good(
          "owner hierarchy",
          tpm.srkName().isPresent() ? "no password" : "has a password: a clear of it goes unseen");
      tpm.requireReleases();
      good("import", "supported");
    } catch (TpmUnusableException e) {
      bad("TPM", String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      bad("TPM", "does not answer as a TPM 2.0 should: " + e.getMessage());
    }
  }

  private void examineLogs(BootLogs logs) {
    int count = logs.read().size();
    good(
        "boot log",
        count == 0 ? "none readable (not needed, but it explains failures)" : "readable");
  }

  private void examineServer(DeviceConfig config) {
    try {
      Pins pins = config.pins();
      good(
          "pins",
          "%d CA certificates, %d answer keys"
              .formatted(pins.authorities().size(), pins.answerKeys().size()));
      pins.urls().forEach(this::examineUrl);
    } catch (ProgramException e) {
      bad("configuration", String.valueOf(e.getMessage()));
    }
  }

  private void examineUrl(URI url) {
    try (Socket socket = new Socket()) {
      int port = url.getPort() < 0 ? HTTPS : url.getPort();
      socket.connect(new InetSocketAddress(url.getHost(), port), CONNECT_MILLIS);
      good("server", url + " answers");
    } catch (IOException e) {
      bad("server", url + ": " + e.getMessage());
    }
  }

  private void good(String what, String finding) {
    out.printf("ok   %-16s %s%n", what, finding);
  }

  private void bad(String what, String finding) {
    healthy = false;
    out.printf("BAD  %-16s %s%n", what, finding);
  }
}
