// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventType;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whoever boots a device chooses the text that is shown to operators. */
class SafeTextTest {

  @Test
  void whatMeansSomethingToTerminalsLogsAndPagesIsEscaped() {
    assertThat(SafeText.quoted("a\u001b[2Jb\n<b>\"'`&\u202e\u00e9"))
        .isEqualTo("`a\\x1b[2Jb\\x0a\\x3cb\\x3e\\x22\\x27\\x60\\x26\\u202e\\xe9`");
    assertThat(SafeText.quoted("rd.break")).isEqualTo("`rd.break`");
  }

  @Test
  void longTextIsCut() {
    assertThat(SafeText.escaped("x".repeat(5000))).hasSize(83).endsWith("...");
    assertThat(SafeText.escaped("\n".repeat(5000))).hasSizeLessThan(84).endsWith("...");
  }

  @Test
  void aLongDifferenceIsCut() {
    String words = "a b c d e f g h";
    assertThat(CommandLine.of("").changesTo(CommandLine.of(words)))
        .isEqualTo("`a` `b` `c` `d` `e` and 3 more were added");
    assertThat(CommandLine.of("a b").changesTo(CommandLine.of("b  a")))
        .isEqualTo("the order or the spacing of its words changed");
    assertThat(CommandLine.of("a a").changesTo(CommandLine.of("a"))).isEqualTo("`a` was removed");
    assertThat(CommandLine.of("x=\"1 2\"").words()).containsExactly("x=\"1 2\"");
  }

  @Test
  void randomTextInALogComesOutPlain() {
    Random random = new Random(20261124);
    for (int round = 0; round < 300; round++) {
      byte[] octets = new byte[1 + random.nextInt(60)];
      random.nextBytes(octets);
      Bytes text = Bytes.copyOf(octets);
      int pcr = random.nextInt(16);
      TestBoot wanted = new TestBoot().separator(pcr);
      TestBoot shown =
          new TestBoot()
              .whole(pcr, EventType.IPL, text)
              .of(pcr, EventType.EVENT_TAG, Bytes.of(1).sha256(), text);
      Explanation explanation = TestBoot.explain(wanted, shown);
      assertThat(explanation.toString()).matches("[ -~]*").doesNotContain("<", ">", "&");
    }
  }
}
