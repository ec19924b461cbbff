// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/reference/attacks.md names tests of both modules: each of them exists. */
class AttacksPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");

  @Test
  void everyTestOnThePageExists() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/reference/attacks.md"));
    List<MatchResult> named = NAMED.matcher(page).results().toList();
    assertThat(named).hasSizeGreaterThan(30);
    Map<String, Path> sources = sources();
    for (MatchResult test : named) {
      Path source = sources.get(test.group(1) + ".java");
      assertThat(source).as(test.group(1)).isNotNull();
      assertThat(Files.readString(source)).contains("void " + test.group(2) + "(");
    }
  }

  private static Map<String, Path> sources() throws IOException {
    try (Stream<Path> client = Files.walk(ROOT.resolve("attestation-client/src/test/java"));
        Stream<Path> server = Files.walk(ROOT.resolve("attestation-server/src/test/java"))) {
      return Stream.concat(client, server)
          .filter(file -> file.toString().endsWith("Test.java"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString(), Function.identity(), (one, two) -> one));
    }
  }
}
