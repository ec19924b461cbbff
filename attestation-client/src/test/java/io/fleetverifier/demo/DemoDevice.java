// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.demo;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.testing.Swtpm;
import io.fleetverifier.tpm.HashAlg;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An edge device: a software TPM, a configuration, the device program and, where it has one, a
 * volume.
 */
final class DemoDevice implements AutoCloseable {
  /** The image that the security team approves. */
  static final String GOOD_BOOT = "image-1.4";

  /** The same image with another kernel command line. */
  static final String TAMPERED_BOOT = "image-1.4-other-command-line";

  private final String name;
  private final Swtpm tpm;
  private final Path folder;
  private final List<String> program;
  private final Path configuration;

  DemoDevice(String name, Path folder, DemoServer server, List<String> deviceProgram)
      throws IOException {
    this.name = name;
    this.folder = Files.createDirectories(folder.resolve(name));
    this.tpm = Swtpm.start(this.folder.resolve("tpm"));
    this.configuration = this.folder.resolve("device.conf");
    Path log = this.folder.resolve("binary_bios_measurements");
    Files.writeString(
        configuration,
        """
        urls = %s
        ca-files = %s
        answer-keys = %s
        tpm = %s
        event-log = %s
        run-dir = %s
        name = %s
        """
            .formatted(
                server.url(),
                server.authority(),
                String.join(",", Files.readAllLines(server.answerKey())),
                tpm.address(),
                log,
                this.folder.resolve("run"),
                name));
    this.program = List.copyOf(deviceProgram);
  }

  String name() {
    return name;
  }

  Swtpm tpm() {
    return tpm;
  }

  Path volume() {
    return folder.resolve("root.img");
  }

  /** Power off, power on, and firmware, boot loader and image measure what was recorded of them. */
  void boot(String recorded) throws IOException {
    tpm.restart();
    for (String line : resource(recorded + ".events").lines().toList()) {
      String[] parts = line.split(" ", 3);
      tpm.extendDigest(Integer.parseInt(parts[0]), HashAlg.SHA256, Bytes.fromHex(parts[1]));
    }
    try (InputStream log = open(recorded + ".log")) {
      Files.write(folder.resolve("binary_bios_measurements"), log.readAllBytes());
    }
  }

  /** Runs the device program. */
  Program.Result run(String... arguments) {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    command.add("--config");
    command.add(configuration.toString());
    return Program.run(command, "");
  }

  /** How a person would type it. */
  static String typed(String... arguments) {
    return "./run device " + String.join(" ", arguments) + " --config device.conf";
  }

  private static String resource(String file) throws IOException {
    try (InputStream in = open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(String file) {
    InputStream in = DemoDevice.class.getResourceAsStream(file);
    if (in == null) {
      throw new UncheckedIOException(new IOException("no recorded boot " + file));
    }
    return in;
  }

  @Override
  public void close() {
    tpm.close();
  }
}
