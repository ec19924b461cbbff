// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.testing.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configuration decides whom a device believes: whatever is unclear in it is refused. */
class DeviceConfigTest {

  /** The generator of P-256, as a point that is one. */
  private static final String GENERATOR =
      "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("device.conf");
  }

  private DeviceConfig read(String text) throws IOException {
    Files.writeString(file, text);
    return DeviceConfig.read(file);
  }

  private void refuses(String text, String why) {
    assertThatThrownBy(() -> read(text).pins())
        .isInstanceOfSatisfying(
            EndedException.class,
            e -> {
              assertThat(e.finding().code()).isEqualTo("CONFIG_WRONG");
              assertThat(e.finding().exit()).isEqualTo(ExitCode.LOCAL);
              assertThat(e.finding().sentence()).contains(why);
            });
  }

  @Test
  void commentsAndBlankLinesSayNothing() throws IOException {
    DeviceConfig config = read("# about us\n\n  # more\nname = shop-17\nphases=system\n");
    assertThat(config.name()).isEqualTo("shop-17");
    assertThat(config.closesPhases()).isFalse();
  }

  @Test
  void theProgramClosesPhasesUnlessToldOtherwise() throws IOException {
    assertThat(read("").closesPhases()).isTrue();
    assertThat(read("phases = client").closesPhases()).isTrue();
  }

  @Test
  void foldersCountFromTheFile() throws IOException {
    assertThat(read("run-dir = notes").runFolder()).isEqualTo(folder.resolve("notes"));
    assertThat(read("event-log = log").eventLog()).contains(folder.resolve("log"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "url = https://a|there is no key 'url'",
        "URLS = https://a|there is no key 'URLS'",
        "urls|not of the form key = value",
        "urls =|has no value",
        "phases = both|phases is either client or system",
        "name = a b/c|name has a character",
        "urls = http://a|HTTPS",
        "urls = https://a b|Illegal character",
      })
  void aLineThatIsUnclearIsRefused(String line, String why) throws IOException {
    Files.writeString(folder.resolve("ca.pem"), "");
    String rest = line.contains("://") ? "\nanswer-keys = " + GENERATOR : "";
    refuses(line + rest + ca(line), why);
  }

  /** With a CA, where the line is about what comes after it. */
  private String ca(String line) throws IOException {
    if (!line.contains("://")) {
      return "";
    }
    Files.writeString(
        folder.resolve("ca.pem"),
        BootedDevice.pem(TestCa.root("config", TestCa.Validity.now()).certificate()));
    return "\nca-files = ca.pem";
  }

  @Test
  void aDoubledKeyIsRefusedWithItsLine() {
    refuses("name = a\n\nname = b\n", "line 3: 'name' stands there twice");
  }

  @ParameterizedTest
  @CsvSource({"BGsX0fLhLEJH+Lzm5WOkQPJ3", "AAAA", "BGsX=", "?", "BGsX0fLhLEJHA,"})
  void anAnswerKeyThatIsNoPointInBase64UrlIsRefused(String key) throws IOException {
    refuses("urls = https://a\nanswer-keys = " + key + ca("://"), "");
  }

  @Test
  void answerKeysAreGivenInOneWayOnly() {
    refuses("answer-keys = a\nanswer-key-files = b\n", "exclude each other");
  }

  @Test
  void answerKeysOfAFileCount() throws IOException {
    Files.writeString(folder.resolve("keys"), "# now\n" + GENERATOR + "\n\n");
    String text = "urls = https://a\nanswer-key-files = keys" + ca("://");
    assertThat(read(text).pins().answerKeys()).hasSize(1);
  }

  @Test
  void withoutPinsNothingIsAsked() {
    refuses("urls = https://a\n", "must be pinned");
  }

  @Test
  void aMissingFileIsRefused() {
    assertThatThrownBy(() -> DeviceConfig.read(folder.resolve("none")))
        .isInstanceOf(EndedException.class)
        .hasMessageContaining("none");
    refuses("urls = https://a\nca-files = gone.pem\nanswer-keys = " + GENERATOR, "gone.pem");
    refuses("urls = https://a\nanswer-key-files = gone.txt\n", "gone.txt");
  }

  @Test
  void aFileThatHoldsNoCertificateIsRefused() throws IOException {
    Files.writeString(folder.resolve("ca.pem"), "nothing of the kind");
    refuses("urls = https://a\nca-files = ca.pem\nanswer-keys = " + GENERATOR, "ca.pem");
  }

  @Test
  void anOversizedFileIsRefusedAndNotCutOff() {
    refuses("name = shop-17\n" + "# more\n".repeat(200_000), "larger than");
  }

  @Test
  void aTpmThatIsNoAddressIsRefused() throws IOException {
    DeviceConfig config = read("tpm = carrier-pigeon");
    assertThatThrownBy(config::openTpm)
        .isInstanceOf(EndedException.class)
        .hasMessageContaining("tpm");
  }
}
