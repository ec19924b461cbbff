// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

import io.fleetverifier.bytes.Bytes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/**
 * Reports on one file of evidence. One JSON object goes to standard output; {@code --text} gives
 * the same for reading. Exit codes: 0 reported; 1 wrong use, or a file that cannot be read; 3 the
 * input cannot be decoded.
 */
public final class Inspect {

  private static final String USAGE =
      """
      usage: inspect eventlog FILE [--pcrs FILE] [--text]
             inspect quote FILE.json [--text]
             inspect ek FILE --roots DIR [--intermediate FILE]... [--text]
             inspect uki FILE [--text]
      """;

  private static final long LARGEST_FILE = 64L << 20;

  private static final int REPORTED = 0;
  private static final int WRONG_USE = 1;
  private static final int UNDECODABLE = 3;

  private final PrintStream out;
  private final PrintStream err;
  private final Clock clock;

  /** Prints the report to {@code out}, and how to use the program to {@code err}. */
  public Inspect(PrintStream out, PrintStream err, Clock clock) {
    this.out = out;
    this.err = err;
    this.clock = clock;
  }

  /** Runs the program and ends the virtual machine with its exit code. */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(new Inspect(out, System.err, Clock.systemUTC()).run(List.of(args)));
  }

  /**
   * Runs the program.
   *
   * @param words the kind of evidence, then a file and options
   * @return the exit code
   */
  public int run(List<String> words) {
    boolean text = words.contains("--text");
    try {
      print(report(words), text);
      return REPORTED;
    } catch (UndecodableException undecodable) {
      print(refused(undecodable), text);
      return UNDECODABLE;
    } catch (UsageException wrong) {
      err.println(wrong.getMessage());
      err.print(USAGE);
      return WRONG_USE;
    } catch (IOException unreadable) {
      err.println(inWords(unreadable));
      return WRONG_USE;
    }
  }

  private Report report(List<String> words) throws IOException {
    if (words.isEmpty()) {
      throw new UsageException("say what to inspect");
    }
    List<String> rest = words.subList(1, words.size());
    return switch (words.getFirst()) {
      case "eventlog" -> EventLogReport.of(Arguments.of(rest, Set.of("--pcrs")));
      case "quote" -> QuoteReport.of(Arguments.of(rest, Set.of()));
      case "ek" ->
          EkReport.of(Arguments.of(rest, Set.of("--roots", "--intermediate")), clock.instant());
      case "uki" -> UkiReport.of(Arguments.of(rest, Set.of()));
      default -> throw new UsageException("cannot inspect " + words.getFirst());
    };
  }

  private static Report refused(UndecodableException undecodable) {
    Report report = new Report();
    report.object("refused").put("code", undecodable.code()).put("text", undecodable.getMessage());
    return report;
  }

  private void print(Report report, boolean text) {
    if (text) {
      out.print(TextReport.of(report));
    } else {
      out.println(report.toJson());
    }
  }

  /** A whole file of a size that evidence can have. */
  static Bytes read(Path file) throws IOException {
    if (Files.size(file) > LARGEST_FILE) {
      throw new IOException(file + " is larger than " + LARGEST_FILE + " octets");
    }
    return Bytes.copyOf(Files.readAllBytes(file));
  }

  private static String inWords(IOException unreadable) {
    return switch (unreadable) {
      case NoSuchFileException missing -> missing.getFile() + " does not exist";
      case NotDirectoryException file -> file.getFile() + " is no folder";
      case AccessDeniedException closed -> closed.getFile() + " may not be read";
      default -> String.valueOf(unreadable.getMessage());
    };
  }
}
