// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.client.BootLogs;
import io.fleetverifier.client.Pins;
import io.fleetverifier.protocol.LogType;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The configuration inside the measured image: {@code key = value}, one a line, {@code #} before a
 * comment. What it pins is trusted because the image is measured, so an unknown or doubled key is
 * refused rather than passed over.
 */
final class DeviceConfig {
  private static final Set<String> KEYS =
      Set.of(
          "urls",
          "ca-files",
          "answer-keys",
          "answer-key-files",
          "tpm",
          "event-log",
          "name",
          "phases");
  private static final int LARGEST = 64 * 1024;

  private final Map<String, String> values;

  private DeviceConfig(Map<String, String> values) {
    this.values = values;
  }

  static DeviceConfig read(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw refused(file + " is larger than a configuration can be");
      }
      return parse(file, Files.readAllLines(file));
    } catch (IOException e) {
      throw new ProgramException(ExitCode.LOCAL, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static DeviceConfig parse(Path file, List<String> lines) {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int equals = line.indexOf('=');
      String key = equals < 0 ? line : line.substring(0, equals).strip();
      if (equals < 0 || !KEYS.contains(key)) {
        throw refused(file + " line " + (i + 1) + ": unknown key '" + key + "'");
      }
      if (values.put(key, line.substring(equals + 1).strip()) != null) {
        throw refused(file + " line " + (i + 1) + ": '" + key + "' stands there twice");
      }
    }
    return new DeviceConfig(values);
  }

  /** The device's name: configured, else the host's. */
  String name() {
    String host = System.getenv("HOSTNAME");
    return value("name").orElse(host == null || host.isBlank() ? "device" : host);
  }

  String tpm() {
    return value("tpm").orElse("device:/dev/tpmrm0");
  }

  BootLogs logs() {
    return value("event-log")
        .map(path -> BootLogs.of(Map.of(LogType.TCG_BOOT, Path.of(path))))
        .orElseGet(BootLogs::ofThisMachine);
  }

  /** Whether this program, and not the system's own units, marks the end of the initrd phase. */
  boolean clientMarksPhases() {
    String phases = value("phases").orElse("client");
    return switch (phases) {
      case "client" -> true;
      case "system" -> false;
      default -> throw refused("'phases' is neither client nor system");
    };
  }

  Pins pins() {
    List<URI> urls = list("urls").stream().map(DeviceConfig::uri).toList();
    List<Bytes> answerKeys =
        new ArrayList<>(list("answer-keys").stream().map(DeviceConfig::point).toList());
    for (String file : list("answer-key-files")) {
      lines(file).forEach(line -> answerKeys.add(point(line)));
    }
    try {
      return new Pins(urls, authorities(), answerKeys);
    } catch (IllegalArgumentException e) {
      throw new ProgramException(ExitCode.LOCAL, "configuration: " + e.getMessage(), e);
    }
  }

  private List<X509Certificate> authorities() {
    List<X509Certificate> authorities = new ArrayList<>();
    for (String file : list("ca-files")) {
      try (InputStream pem = Files.newInputStream(Path.of(file))) {
        for (Certificate certificate :
            CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
          authorities.add((X509Certificate) certificate);
        }
      } catch (IOException | CertificateException e) {
        throw new ProgramException(ExitCode.LOCAL, "cannot read CA certificates in " + file, e);
      }
    }
    return authorities;
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new ProgramException(ExitCode.LOCAL, "cannot read " + file, e);
    }
  }

  private static URI uri(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new ProgramException(ExitCode.LOCAL, "'urls' holds what is no URL: " + text, e);
    }
  }

  private static Bytes point(String text) {
    try {
      return Bytes.fromBase64Url(text);
    } catch (IllegalArgumentException e) {
      throw new ProgramException(ExitCode.LOCAL, "an answer key is not base64url", e);
    }
  }

  private List<String> list(String key) {
    return value(key).stream()
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private Optional<String> value(String key) {
    return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
  }

  private static ProgramException refused(String sentence) {
    return new ProgramException(ExitCode.LOCAL, sentence);
  }
}
