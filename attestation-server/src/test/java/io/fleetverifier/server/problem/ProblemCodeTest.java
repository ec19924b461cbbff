// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProblemCodeTest {

  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z-]+)` \\| (\\d{3}) \\| (yes|no) \\| [^|]+ \\| [^|]+ \\|");

  @Test
  void thePageOfProblemsTellsEveryCodeAsItIs() throws IOException {
    List<String> told =
        Files.readAllLines(Path.of("..", "docs", "reference", "problems.md")).stream()
            .map(ROW::matcher)
            .filter(matcher -> matcher.matches())
            .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3))
            .toList();
    List<String> codes =
        Arrays.stream(ProblemCode.values())
            .map(
                code -> code.code() + " " + code.status() + " " + (code.retryable() ? "yes" : "no"))
            .toList();
    assertThat(told).containsExactlyInAnyOrderElementsOf(codes);
  }
}
