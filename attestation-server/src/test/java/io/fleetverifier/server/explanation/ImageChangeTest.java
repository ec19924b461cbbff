// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A boot against what is known of the image that should have started. */
class ImageChangeTest {

  private static final String WORDS = "root=/dev/mapper/root ro";

  private static TestBoot boot(String commandLine, String initrd) {
    return new TestBoot()
        .section(".linux", "kernel")
        .section(".osrel", "NAME=x")
        .section(".cmdline", commandLine)
        .section(".initrd", initrd);
  }

  private static KnownImage image(String commandLine) {
    Map<String, Bytes> sections = new LinkedHashMap<>();
    sections.put(".text", Bytes.utf8("stub").sha256());
    sections.put(".linux", Bytes.utf8("kernel").sha256());
    sections.put(".osrel", Bytes.utf8("NAME=x").sha256());
    sections.put(".cmdline", Bytes.utf8(commandLine).sha256());
    sections.put(".initrd", Bytes.utf8("initrd").sha256());
    return new KnownImage(sections, Optional.of(commandLine.strip()));
  }

  private static Explanation explain(KnownImage image, TestBoot shown) {
    return Explainer.explain(
        TestBoot.proven(shown.replay()),
        ExpectedBoot.ofImage(image),
        new TreeSet<>(Set.of(11)),
        Map.of());
  }

  @Test
  void aUsualWordIsFoundByItsDigestThoughTheLogDoesNotHoldTheText() {
    for (String ending : new String[] {"", "\0", "\n"}) {
      assertThat(
              explain(image(WORDS + ending), boot(WORDS + " rd.break" + ending, "initrd"))
                  .cause()
                  .sentence())
          .isEqualTo("Kernel command line changed: `rd.break` was added.");
    }
    assertThat(explain(image(WORDS), boot("root=/dev/mapper/root", "initrd")).cause().sentence())
        .isEqualTo("Kernel command line changed: `ro` was removed.");
  }

  @Test
  void otherWordsAreNotGuessed() {
    Explanation explanation = explain(image(WORDS), boot(WORDS + " odd.word=7", "initrd"));
    assertThat(explanation.cause().sentence())
        .isEqualTo("Another image: section .cmdline (the kernel command line) differs.");
    assertThat(requireNonNull(explanation.pcrs().getFirst().expected()).hint())
        .isEqualTo("foretold from the image");
    assertThat(requireNonNull(explanation.pcrs().getFirst().expected()).number()).isNull();
    assertThat(requireNonNull(explanation.pcrs().getFirst().actual()).meaning())
        .isEqualTo("content of section .cmdline");
  }

  @Test
  void sectionsThatDifferAreNamed() {
    assertThat(explain(image(WORDS), boot(WORDS, "another")).cause().sentence())
        .isEqualTo("Another image: section .initrd differs.");
    assertThat(
            explain(image(WORDS), boot(WORDS, "another").section(".ucode", "x")).cause().sentence())
        .isEqualTo("Another image: section .initrd differs, section .ucode is new.");
    assertThat(explain(image(WORDS), new TestBoot().section(".linux", "kernel")).cause().sentence())
        .isEqualTo(
            "Another image: sections .cmdline (the kernel command line) and .initrd and"
                + " .osrel are missing.");
    assertThat(explain(image(WORDS), new TestBoot().separator(4)).cause().sentence())
        .isEqualTo("No unified kernel image was started (PCR 11).");
  }
}
