// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One file and its options.
 *
 * @param options name and value, in order; a name may repeat
 */
record Arguments(Path file, boolean text, List<Option> options) {

  /** One option, such as {@code --pcrs FILE}. */
  record Option(String name, String value) {}

  /**
   * Reads what follows the verb.
   *
   * @throws UsageException for anything but one file, {@code --text} and options of these names
   */
  static Arguments of(List<String> words, Set<String> names) {
    List<Option> options = new ArrayList<>();
    List<String> files = new ArrayList<>();
    boolean text = false;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("--text")) {
        text = true;
      } else if (names.contains(word)) {
        if (i + 1 == words.size()) {
          throw new UsageException(word + " needs a value");
        }
        options.add(new Option(word, words.get(++i)));
      } else if (word.startsWith("-")) {
        throw new UsageException("unknown option " + word);
      } else {
        files.add(word);
      }
    }
    if (files.size() != 1) {
      throw new UsageException("exactly one file is needed");
    }
    return new Arguments(Path.of(files.getFirst()), text, List.copyOf(options));
  }

  /** The values of the option, in order. */
  List<String> all(String name) {
    return options.stream().filter(o -> o.name.equals(name)).map(Option::value).toList();
  }

  /**
   * The value of an option that is given at most once.
   *
   * @throws UsageException when it is given twice
   */
  Optional<String> one(String name) {
    List<String> values = all(name);
    if (values.size() > 1) {
      throw new UsageException(name + " is given twice");
    }
    return values.stream().findFirst();
  }
}
