// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The words of a kernel command line; a word may hold spaces between double quotes. */
record CommandLine(List<String> words) {

  private static final int MOST_NAMED = 5;
  private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\"?)+");

  /** How a boot loader writes a command that names a kernel, or the kernel's file itself. */
  private static final Pattern OF_A_KERNEL =
      Pattern.compile(
          "(?:linux|linuxefi|linux16|kernel)\\s.*|BOOT_IMAGE=.*|[/(].*", Pattern.DOTALL);

  static CommandLine of(String text) {
    return new CommandLine(WORD.matcher(text).results().map(match -> match.group()).toList());
  }

  /** Whether a text that a boot loader measured is a kernel with its words, going by the text. */
  static boolean isKernels(String measured) {
    return OF_A_KERNEL.matcher(measured).matches();
  }

  /** The end of a sentence: which words were added and removed to come to the other one. */
  String changesTo(CommandLine other) {
    List<String> added = missing(other.words, words);
    List<String> removed = missing(words, other.words);
    if (added.isEmpty() && removed.isEmpty()) {
      return "the order or the spacing of its words changed";
    }
    List<String> parts = new ArrayList<>();
    if (!added.isEmpty()) {
      parts.add(named(added) + " added");
    }
    if (!removed.isEmpty()) {
      parts.add(named(removed) + " removed");
    }
    return String.join(", ", parts);
  }

  /** The words of the one that the other has not, or not as often, in their order. */
  private static List<String> missing(List<String> of, List<String> in) {
    List<String> rest = new ArrayList<>(in);
    return of.stream().filter(word -> !rest.remove(word)).toList();
  }

  private static String named(List<String> words) {
    List<String> quoted = words.stream().limit(MOST_NAMED).map(SafeText::quoted).toList();
    String list = String.join(" ", quoted);
    int more = words.size() - quoted.size();
    String all = more == 0 ? list : list + " and " + more + " more";
    return all + (words.size() == 1 ? " was" : " were");
  }
}
