// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.client.BootLogs;
import io.fleetverifier.client.Pins;
import io.fleetverifier.client.Tpm;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.protocol.Protocol;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The configuration file. It belongs to the measured image: whom the device believes, and who ends
 * the phase of unlocking, must not depend on anything else.
 */
final class DeviceConfig {

  /** Where it lies unless {@code --config} says otherwise. */
  static final Path DEFAULT_FILE = Path.of("/etc/fleet-verifier/device.conf");

  private static final String CONFIG_WRONG = "CONFIG_WRONG";
  private static final int LARGEST_FILE = 1 << 20;
  private static final String URLS = "urls";
  private static final String CA_FILES = "ca-files";
  private static final String ANSWER_KEYS = "answer-keys";
  private static final String ANSWER_KEY_FILES = "answer-key-files";
  private static final String TPM = "tpm";
  private static final String EVENT_LOG = "event-log";
  private static final String NAME = "name";
  private static final String PHASES = "phases";
  private static final String RUN_DIR = "run-dir";
  private static final Set<String> KEYS =
      Set.of(URLS, CA_FILES, ANSWER_KEYS, ANSWER_KEY_FILES, TPM, EVENT_LOG, NAME, PHASES, RUN_DIR);

  private final Map<String, String> values;
  private final Path folder;

  private DeviceConfig(Map<String, String> values, Path folder) {
    this.values = Map.copyOf(values);
    this.folder = folder;
  }

  /** Everything at its default: enough to look at a TPM, too little to ask a server. */
  static DeviceConfig defaults() {
    return new DeviceConfig(Map.of(), Path.of("/"));
  }

  /**
   * Reads the file: lines of {@code key = value}, comments after {@code #} at the start of a line.
   *
   * @throws EndedException when it cannot be read, or a line is not one of these
   */
  static DeviceConfig read(Path file) {
    Map<String, String> values = new HashMap<>();
    int number = 0;
    for (String line : text(file).lines().toList()) {
      number++;
      if (!line.isBlank() && !line.strip().startsWith("#")) {
        add(values, line, file + ", line " + number + ": ");
      }
    }
    Path folder = file.toAbsolutePath().getParent();
    DeviceConfig config = new DeviceConfig(values, folder == null ? file : folder);
    config.check();
    return config;
  }

  private static void add(Map<String, String> values, String line, String where) {
    int equals = line.indexOf('=');
    if (equals < 0) {
      throw wrong(where + "not of the form key = value");
    }
    String key = line.substring(0, equals).strip();
    String value = line.substring(equals + 1).strip();
    if (!KEYS.contains(key)) {
      throw wrong(where + "there is no key '" + key + "'");
    }
    if (value.isEmpty()) {
      throw wrong(where + "'" + key + "' has no value");
    }
    if (values.put(key, value) != null) {
      throw wrong(where + "'" + key + "' stands there twice");
    }
  }

  private void check() {
    String phases = values.getOrDefault(PHASES, "client");
    if (!phases.equals("client") && !phases.equals("system")) {
      throw wrong("phases is either client or system");
    }
    String name = values.get(NAME);
    if (name != null && !Protocol.isDeviceName(name)) {
      throw wrong("name has a character that a device name has not, or more than 64 of them");
    }
    if (values.containsKey(ANSWER_KEYS) && values.containsKey(ANSWER_KEY_FILES)) {
      throw wrong("answer-keys and answer-key-files exclude each other");
    }
  }

  /** What the device is called: as configured, else by its host name. */
  String name() {
    String name = values.get(NAME);
    if (name != null) {
      return name;
    }
    Path hostName = Path.of("/proc/sys/kernel/hostname");
    String host = Files.isReadable(hostName) ? text(hostName).strip() : "";
    return Protocol.isDeviceName(host) ? host : "device";
  }

  /** Address of the TPM, for {@link Tpm#open}. */
  String tpmAddress() {
    return values.getOrDefault(TPM, "device:/dev/tpmrm0");
  }

  /**
   * Opens the TPM.
   *
   * @throws EndedException when the address is none
   */
  Tpm openTpm() {
    try {
      return Tpm.open(tpmAddress());
    } catch (IllegalArgumentException e) {
      throw wrong("tpm: " + e.getMessage());
    }
  }

  /** Where the firmware's log lies, when that is configured. */
  Optional<Path> eventLog() {
    return Optional.ofNullable(values.get(EVENT_LOG)).map(folder::resolve);
  }

  BootLogs logs() {
    return eventLog()
        .map(file -> BootLogs.of(Map.of(LogType.TCG_BOOT, file)))
        .orElseGet(BootLogs::ofThisMachine);
  }

  /** Whether this program ends the phase of unlocking when all went well. */
  boolean closesPhases() {
    return values.getOrDefault(PHASES, "client").equals("client");
  }

  /** Folder for what is to be forgotten at the next boot. */
  Path runFolder() {
    return folder.resolve(values.getOrDefault(RUN_DIR, "/run/fleet-verifier"));
  }

  /**
   * What is known of the server beforehand.
   *
   * @throws EndedException when something is missing, or is not what it should be
   */
  Pins pins() {
    try {
      return new Pins(urls(), authorities(), answerKeys());
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private List<URI> urls() {
    return list(URLS).stream().map(URI::create).toList();
  }

  private List<X509Certificate> authorities() {
    List<X509Certificate> authorities = new ArrayList<>();
    list(CA_FILES).forEach(file -> authorities.addAll(certificates(folder.resolve(file))));
    return authorities;
  }

  private static List<X509Certificate> certificates(Path file) {
    try {
      List<X509Certificate> certificates = new ArrayList<>();
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(octets(file)))) {
        certificates.add((X509Certificate) certificate);
      }
      return certificates;
    } catch (CertificateException e) {
      throw wrong(file + " holds no certificates: " + e.getMessage());
    }
  }

  private List<Bytes> answerKeys() {
    List<String> points = new ArrayList<>(list(ANSWER_KEYS));
    list(ANSWER_KEY_FILES).forEach(file -> points.addAll(lines(folder.resolve(file))));
    return points.stream().map(Bytes::fromBase64Url).distinct().toList();
  }

  private static List<String> lines(Path file) {
    return text(file)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }

  private List<String> list(String key) {
    String value = values.get(key);
    if (value == null) {
      return List.of();
    }
    return List.of(value.split(",", -1)).stream().map(String::strip).toList();
  }

  private static String text(Path file) {
    return new String(octets(file), StandardCharsets.UTF_8);
  }

  private static byte[] octets(Path file) {
    try (var in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(LARGEST_FILE + 1);
      if (octets.length > LARGEST_FILE) {
        throw wrong(file + " is larger than " + LARGEST_FILE + " octets");
      }
      return octets;
    } catch (IOException e) {
      throw wrong("cannot read " + e.getMessage());
    }
  }

  private static EndedException wrong(String sentence) {
    return EndedException.local(CONFIG_WRONG, sentence);
  }
}
