// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.demo;

import java.io.PrintStream;
import java.time.Duration;

/** Tells what happens, and remembers whether all of it was as it should be. */
final class Story {
  private static final String INDENT = "     ";

  private final PrintStream out;
  private final long began = System.nanoTime();
  private int chapter;
  private int failures;

  Story(PrintStream out) {
    this.out = out;
  }

  void title(String text) {
    out.println();
    out.println(text);
    out.println("=".repeat(text.length()));
  }

  void chapter(String title) {
    chapter++;
    out.printf("%n%3d  %s  [%.1f s]%n", chapter, title, seconds());
  }

  void tell(String sentence) {
    sentence.lines().forEach(line -> out.println(INDENT + line));
  }

  /** A command that somebody could type. */
  void command(String text) {
    out.println(INDENT + "$ " + text);
  }

  /** What a program said. */
  void said(String text) {
    text.lines().filter(line -> !line.isBlank()).forEach(line -> out.println(INDENT + "  " + line));
  }

  /** One thing that has to be so. */
  void check(String claim, boolean holds) {
    out.println(INDENT + (holds ? "ok    " : "WRONG ") + claim);
    if (!holds) {
      failures++;
    }
  }

  void failed(String what) {
    check(what, false);
  }

  boolean isRight() {
    return failures == 0;
  }

  double seconds() {
    return Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0;
  }
}
