// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/reference/reasons.md says of each code what the code says, and names no other. */
class ReasonCodesTest {
  private static final Path PAGE = Path.of("..", "docs", "reference", "reasons.md");
  private static final Pattern SECTION =
      Pattern.compile("^### `([A-Z_]+)`\\n(.*?)(?=^#|\\z)", Pattern.MULTILINE | Pattern.DOTALL);

  /** Said by the device program about itself, never by the server. */
  private static final List<String> OF_THE_DEVICE = List.of("RELEASE_UNSUPPORTED");

  private final Map<String, String> sections = sections();

  @Test
  void thePageHasOneSectionForEachCodeAndNoOther() {
    List<String> codes = Arrays.stream(ReasonCode.values()).map(ReasonCode::name).toList();
    assertThat(sections.keySet()).containsAll(codes);
    assertThat(sections.keySet().stream().filter(code -> !codes.contains(code)).toList())
        .isEqualTo(OF_THE_DEVICE);
  }

  @ParameterizedTest
  @EnumSource
  void eachSectionSaysMeaningCauseAndNextStep(ReasonCode code) {
    String section = sections.getOrDefault(code.name(), "");
    assertThat(section)
        .contains(sentence(code.meaning()))
        .contains("Next step: " + code.nextStep() + ".")
        .containsPattern("Likely cause: [^.]{10,}");
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  private static Map<String, String> sections() {
    Map<String, String> sections = new LinkedHashMap<>();
    Matcher matcher = SECTION.matcher(read());
    while (matcher.find()) {
      assertThat(sections.put(matcher.group(1), matcher.group(2))).isNull();
    }
    return sections;
  }

  private static String read() {
    try {
      return Files.readString(PAGE);
    } catch (IOException e) {
      throw new IllegalStateException(PAGE + " is part of the product", e);
    }
  }
}
