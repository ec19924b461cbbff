// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/reference/attacks.md names tests that are there, and are marked with their rows. */
class AttacksPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern ROW =
      Pattern.compile("^\\| (\\d+) \\| ([^|]+) \\| ([^|]+) \\|$", Pattern.MULTILINE);
  private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");
  private static final List<Integer> ROWS =
      List.of(
          1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
          26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 46, 47, 49, 50, 52);

  /** A test as the page names it. */
  private record Named(int row, String type, String method) {}

  private final String page = read(ROOT.resolve("docs/reference/attacks.md"));
  private final List<Named> named = named();
  private final Map<String, String> sources = sources();

  @Test
  void thePageHasEachOfTheRowsWithAtLeastOneTest() {
    Set<Integer> rows =
        named.stream().map(Named::row).collect(Collectors.toCollection(TreeSet::new));
    assertThat(rows).containsAll(ROWS);
    assertThat(ROW.matcher(page).results().count()).isEqualTo(rows.size());
  }

  @Test
  void everyNamedTestIsThere() {
    for (Named test : named) {
      assertThat(sources).as(test.toString()).containsKey(test.type());
      assertThat(block(test)).as(test.toString()).containsPattern("@(Parameterized|Repeated)?Test");
    }
  }

  @Test
  void everyNamedTestIsMarkedWithItsRow() {
    for (Named test : named) {
      assertThat(marks(block(test))).as(test.toString()).contains(test.row());
    }
  }

  @Test
  void aTestThatIsNotThereIsMissed() {
    Named gone = new Named(1, "AttacksPageTest", "noSuchTest");
    assertThat(block(gone)).isEmpty();
    assertThat(marks("  /** must-fail 2 and 13: x. must-fail 40: y. */ 7"))
        .containsExactly(2, 13, 40);
  }

  /** From the end of the member before to the method's name: its comment and its annotations. */
  private String block(Named test) {
    String source = sources.getOrDefault(test.type(), "");
    int name = source.indexOf("void " + test.method() + "(");
    return name < 0 ? "" : source.substring(source.lastIndexOf("\n\n", name) + 2, name);
  }

  private static Set<Integer> marks(String block) {
    return Pattern.compile("must-fail (\\d+)(?: and (\\d+))?")
        .matcher(block.replaceAll("\\s*\\n\\s*\\*?\\s*", " "))
        .results()
        .flatMap(mark -> Stream.of(mark.group(1), mark.group(2)))
        .filter(number -> number != null)
        .map(Integer::valueOf)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<Named> named() {
    List<Named> tests = new ArrayList<>();
    for (MatchResult row : ROW.matcher(page).results().toList()) {
      TEST.matcher(row.group(3))
          .results()
          .map(test -> new Named(Integer.parseInt(row.group(1)), test.group(1), test.group(2)))
          .forEach(tests::add);
    }
    return tests;
  }

  /** The test sources of both modules by the simple name of their class. */
  private static Map<String, String> sources() {
    return Stream.of("attestation-client", "attestation-server")
        .flatMap(module -> files(ROOT.resolve(module).resolve("src/test/java")))
        .filter(file -> file.toString().endsWith("Test.java"))
        .collect(Collectors.toMap(AttacksPageTest::simpleName, AttacksPageTest::read));
  }

  private static String simpleName(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }

  private static Stream<Path> files(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
