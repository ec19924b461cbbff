// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import io.fleetverifier.protocol.Protocol;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was typed: a command, its operands, its options. */
final class Arguments {
  private static final Set<String> OPTIONS =
      Set.of("--config", "--name", "--join-token-file", "--out", "--header-out", "--deadline");
  private static final String CONFIG = "/etc/fleet-verifier/device.conf";

  private final String command;
  private final List<String> operands;
  private final Map<String, String> options;

  private Arguments(String command, List<String> operands, Map<String, String> options) {
    this.command = command;
    this.operands = operands;
    this.options = options;
  }

  static Arguments parse(String... args) {
    List<String> words = new ArrayList<>();
    Map<String, String> options = new HashMap<>();
    for (Iterator<String> rest = List.of(args).iterator(); rest.hasNext(); ) {
      String word = rest.next();
      if (!word.startsWith("--") || word.equals("--help")) {
        words.add(word);
      } else if (!OPTIONS.contains(word) || !rest.hasNext()) {
        throw usage("unknown option, or one without its value: " + word);
      } else if (options.put(word, rest.next()) != null) {
        throw usage("twice: " + word);
      }
    }
    String command = words.isEmpty() ? "help" : words.removeFirst();
    return new Arguments(command, List.copyOf(words), options);
  }

  String command() {
    return command;
  }

  Path config() {
    return Path.of(options.getOrDefault("--config", CONFIG));
  }

  Optional<String> name() {
    return Optional.ofNullable(options.get("--name"));
  }

  Optional<Path> joinTokenFile() {
    return Optional.ofNullable(options.get("--join-token-file")).map(Path::of);
  }

  Optional<Path> out() {
    return Optional.ofNullable(options.get("--out")).map(Path::of);
  }

  Optional<Path> headerOut() {
    return Optional.ofNullable(options.get("--header-out")).map(Path::of);
  }

  /** Zero means for ever. */
  Duration deadline(Duration otherwise) {
    String text = options.get("--deadline");
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,9}")) {
      throw usage("--deadline takes whole seconds");
    }
    return Duration.ofSeconds(Long.parseLong(text));
  }

  /** Volume names. */
  List<String> volumes() {
    if (operands.isEmpty()) {
      throw usage("'" + command + "' needs the name of a volume");
    }
    operands.forEach(Arguments::requireVolume);
    return operands;
  }

  /** Volume names and the devices they lie on: {@code NAME=DEVICE}. */
  Map<String, Path> devices() {
    Map<String, Path> devices = new LinkedHashMap<>();
    for (String operand : operands) {
      int equals = operand.indexOf('=');
      if (equals < 1 || equals == operand.length() - 1) {
        throw usage("'" + operand + "' is not NAME=DEVICE");
      }
      requireVolume(operand.substring(0, equals));
      if (devices.put(operand.substring(0, equals), Path.of(operand.substring(equals + 1)))
          != null) {
        throw usage("one volume twice");
      }
    }
    return devices;
  }

  void requireNoOperands() {
    if (!operands.isEmpty()) {
      throw usage("'" + command + "' takes no operand: " + operands.getFirst());
    }
  }

  private static void requireVolume(String name) {
    if (!Protocol.isVolumeName(name)) {
      throw usage(
          "'" + name + "' is no volume name: lower-case letters, digits, . _ - (at most 63)");
    }
  }

  static ProgramException usage(String sentence) {
    return new ProgramException(ExitCode.LOCAL, sentence + " (try: help)");
  }
}
