// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.command.PcrCommands;
import io.fleetverifier.command.TpmChannel;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.DeviceVerdict;
import io.fleetverifier.testing.HttpsTestServer.Answer;
import io.fleetverifier.testing.ReferenceServer;
import io.fleetverifier.testing.Swtpm;
import io.fleetverifier.tpm.HashAlg;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A machine in its initrd with a software TPM, a configuration and a server. The program runs in
 * this process, by a clock that its waits move on, so that a deadline of hours costs no time.
 */
final class BootedDevice implements AutoCloseable {

  private static final int PCR = 11;

  private final Path folder;
  private final Swtpm tpm;
  private final ReferenceServer server = ReferenceServer.start();
  private final AtomicLong nanoTime = new AtomicLong();
  private final List<Duration> waits = new ArrayList<>();
  private final List<Runnable> atShutdown = new ArrayList<>();
  private Runnable whileWaiting = () -> {};
  private Bytes initrd = Bytes.EMPTY;

  BootedDevice(Path folder) throws IOException {
    this.folder = folder;
    this.tpm = Swtpm.start(folder.resolve("tpm"));
    Files.writeString(caFile(), pem(server.ca().certificate()));
    configure(configuration());
    enterInitrd();
  }

  /** What a run left behind. */
  record Result(ExitCode exit, Bytes out, String err) {
    String text() {
      return new String(out.toArray(), StandardCharsets.UTF_8);
    }
  }

  /** Runs the program with this machine's configuration. */
  Result run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--config", configFile().toString()));
    return runExactly(all);
  }

  /** Runs the program with these arguments alone. */
  Result runExactly(List<String> arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ExitCode exit = program(out, err).run(arguments);
    return new Result(exit, Bytes.copyOf(out.toByteArray()), err.toString(StandardCharsets.UTF_8));
  }

  private DeviceProgram program(ByteArrayOutputStream out, ByteArrayOutputStream err) {
    return new DeviceProgram(
        new Surroundings(
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            nanoTime::get,
            this::sleep,
            RandomGenerator.of("L64X128MixRandom"),
            atShutdown::add));
  }

  private void sleep(Duration wait) {
    waits.add(wait);
    whileWaiting.run();
    nanoTime.addAndGet(wait.toNanos());
  }

  /** Has something happen in each wait. */
  void whileWaiting(Runnable action) {
    whileWaiting = action;
  }

  /** The waits so far. */
  List<Duration> waits() {
    return List.copyOf(waits);
  }

  /** What the process does when it is told to end. */
  void tellToEnd() {
    atShutdown.forEach(Runnable::run);
  }

  /** Makes the device known to the server. */
  void enrol() {
    Result enrolled = run("enrol");
    if (enrolled.exit() != ExitCode.OK) {
      throw new AssertionError(enrolled.err());
    }
  }

  /** The configuration, as a device of this server has it. */
  String configuration() {
    return """
    urls = %s
    ca-files = ca.pem
    answer-keys = %s
    tpm = %s
    run-dir = run
    name = shop-17
    """
        .formatted(server.pins().urls().get(0), server.answerPoint().toBase64Url(), tpm.address());
  }

  void configure(String text) throws IOException {
    Files.writeString(configFile(), text);
  }

  Path configFile() {
    return folder.resolve("device.conf");
  }

  Path caFile() {
    return folder.resolve("ca.pem");
  }

  ReferenceServer server() {
    return server;
  }

  Swtpm tpm() {
    return tpm;
  }

  /** The server does not trust this boot, for these reasons. */
  void distrust(String... reasons) {
    server.changeAnswers(honest -> untrusted(null, reasons));
  }

  /** The server wants a reboot after so many seconds. */
  void requireReboot(int seconds) {
    server.changeAnswers(honest -> untrusted(seconds, "REBOOT_REQUIRED"));
  }

  private static AttestationAnswer untrusted(@Nullable Integer rebootAfter, String... reasons) {
    return new AttestationAnswer(
        1, DeviceVerdict.UNTRUSTED, List.of(reasons), 3600, rebootAfter, null, null);
  }

  /** The server refuses to hear of this device at all. */
  void refuse(int status, String code) {
    String problem =
        "{\"type\":\"about:blank\",\"status\":%d,\"code\":\"%s\",\"retryable\":false}"
            .formatted(status, code);
    server.changeMessages((path, honest) -> Answer.problem(status, problem, Map.of()));
  }

  /** An operator has to approve this device before the server takes it. */
  void holdEnrolments() {
    server.changeMessages((path, honest) ->
        Answer.json(
            honest.status(),
            Bytes.utf8(
                new String(honest.body().toArray(), StandardCharsets.UTF_8)
                    .replace("\"enrolled\"", "\"pending\""))));
  }

  /** The server answers honestly again. */
  void answerHonestly() {
    server.changeMessages((path, honest) -> honest);
  }

  /** Power off, power on, as far as the initrd. */
  void reboot() {
    tpm.reset();
    enterInitrd();
  }

  private void enterInitrd() {
    tpm.extend(PCR, Bytes.utf8("enter-initrd"));
    initrd = phaseValue();
  }

  /** How often {@code leave-initrd} was measured in this boot. */
  int timesClosed() {
    Bytes expected = initrd;
    Bytes now = phaseValue();
    for (int times = 0; times < 10; times++) {
      if (expected.equals(now)) {
        return times;
      }
      expected = Bytes.concat(expected, Bytes.utf8("leave-initrd").sha256()).sha256();
    }
    throw new AssertionError("something else was measured into PCR 11");
  }

  /** The value of PCR 11 now. */
  Bytes phaseValue() {
    return new PcrCommands(new TpmChannel(tpm.transport(), new SecureRandom()))
        .read(HashAlg.SHA256, List.of(PCR))
        .get(PCR)
        .orElseThrow();
  }

  static String pem(X509Certificate certificate) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.close();
    tpm.close();
  }
}
