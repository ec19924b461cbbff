// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments, taken apart.
 *
 * @param operands what stands beside the options
 */
record CommandLine(Command command, Map<Option, String> options, List<String> operands) {

  private static final String WRONG = "USAGE";

  CommandLine {
    options = Map.copyOf(options);
    operands = List.copyOf(operands);
  }

  /**
   * Takes the arguments apart.
   *
   * @throws EndedException when they say nothing that the program understands
   */
  static CommandLine parse(List<String> arguments) {
    if (arguments.isEmpty()) {
      throw wrong("no command is given; 'help' shows them");
    }
    Command command = command(arguments.get(0));
    Map<Option, String> options = new EnumMap<>(Option.class);
    List<String> operands = new ArrayList<>();
    Iterator<String> rest = arguments.subList(1, arguments.size()).iterator();
    while (rest.hasNext()) {
      String word = rest.next();
      if (word.startsWith("-")) {
        addOption(command, options, word, rest);
      } else {
        operands.add(word);
      }
    }
    if (!command.takesOperands(operands.size())) {
      throw wrong("write: " + command.usage());
    }
    return new CommandLine(command, options, operands);
  }

  private static Command command(String word) {
    if (word.equals("--help") || word.equals("-h")) {
      return Command.HELP;
    }
    return Command.of(word)
        .orElseThrow(() -> wrong("there is no command '" + word + "'; 'help' shows them"));
  }

  private static void addOption(
      Command command, Map<Option, String> options, String word, Iterator<String> rest) {
    Option option =
        Option.of(word)
            .filter(command::takes)
            .orElseThrow(
                () -> wrong("'" + word + "' is no option here; write: " + command.usage()));
    if (!rest.hasNext()) {
      throw wrong(word + " needs a value");
    }
    if (options.put(option, rest.next()) != null) {
      throw wrong(word + " is given twice");
    }
  }

  Optional<String> option(Option option) {
    return Optional.ofNullable(options.get(option));
  }

  /**
   * A file or folder that an option names.
   *
   * @throws EndedException when it cannot be the name of one
   */
  Optional<Path> path(Option option) {
    try {
      return option(option).map(Path::of);
    } catch (InvalidPathException e) {
      throw wrong(option.word() + " names no file: " + e.getMessage());
    }
  }

  /**
   * How long to try; zero is for ever.
   *
   * @throws EndedException when the option is no number of seconds
   */
  Duration deadline(Duration otherwise) {
    String seconds = options.get(Option.DEADLINE);
    if (seconds == null) {
      return otherwise;
    }
    if (!seconds.matches("[0-9]{1,9}")) {
      throw wrong("--deadline is a number of seconds, 0 for ever");
    }
    return Duration.ofSeconds(Long.parseLong(seconds));
  }

  private static EndedException wrong(String sentence) {
    return EndedException.local(WRONG, sentence);
  }
}
