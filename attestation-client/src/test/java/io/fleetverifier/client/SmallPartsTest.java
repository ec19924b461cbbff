// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.protocol.AttestationRequest.Log;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.protocol.Protocol;
import io.fleetverifier.testing.TestCa;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passphrases, logs, pins, and certificates in NV indexes. */
class SmallPartsTest {

  /** The base point of P-256. */
  private static final Bytes POINT =
      Bytes.fromHex(
          "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a"
              + "7c0f9e162bce33576b315ececbb6406837bf51f5");

  @TempDir Path folder;

  @Test
  void aPassphraseIsTheSecretInBase64UrlWithoutPaddingOrLineFeed() {
    Bytes secret = Bytes.concat(Bytes.fromHex("fbff"), Bytes.zeros(30));
    try (SecretBytes octets = SecretBytes.copyOf(secret.toArray());
        SecretBytes passphrase = Passphrase.of(octets)) {
      String text = new String(passphrase.revealBytes(), StandardCharsets.US_ASCII);
      assertThat(text).isEqualTo("-_8" + "A".repeat(40)).hasSize(43);
      assertThat(octets.revealBytes())
          .as("the secret is left as it is")
          .isEqualTo(secret.toArray());
    }
  }

  @Test
  void logsThatAreMissingEmptyOrTooLargeAreNotSent() throws Exception {
    Path full = Files.write(folder.resolve("full"), new byte[Protocol.MAX_LOG]);
    Path large = Files.write(folder.resolve("large"), new byte[Protocol.MAX_LOG + 1]);
    Path empty = Files.write(folder.resolve("empty"), new byte[0]);
    assertThat(BootLogs.of(Map.of(LogType.TCG_BOOT, full, LogType.IMA, large)).read())
        .containsExactly(new Log(LogType.TCG_BOOT, Bytes.zeros(Protocol.MAX_LOG)));
    assertThat(
            BootLogs.of(Map.of(LogType.TCG_BOOT, empty, LogType.IMA, folder.resolve("none")))
                .read())
        .isEmpty();
    assertThat(BootLogs.none().read()).isEmpty();
  }

  /** Else the server would refuse the message as too large, at every boot. */
  @Test
  void logsThatWouldNotFitIntoOneMessageAreNotSent() throws Exception {
    Path full = Files.write(folder.resolve("full"), new byte[Protocol.MAX_LOG]);
    Path small = Files.write(folder.resolve("small"), new byte[1]);
    assertThat(
            BootLogs.of(
                    Map.of(LogType.TCG_BOOT, full, LogType.IMA, full, LogType.SYSTEMD_JSON, small))
                .read())
        .extracting(Log::type)
        .containsExactly(LogType.TCG_BOOT, LogType.IMA);
    assertThat(
            BootLogs.of(
                    Map.of(LogType.TCG_BOOT, small, LogType.IMA, full, LogType.SYSTEMD_JSON, small))
                .read())
        .hasSize(3);
  }

  @Test
  void certificatesInAnNvIndexAreCutAtTheirOwnLength() {
    assertThat(DerSequences.first(Bytes.fromHex("300201ff00000000")))
        .contains(Bytes.fromHex("300201ff"));
    Bytes large = Bytes.concat(Bytes.fromHex("30820101"), Bytes.zeros(257));
    assertThat(DerSequences.first(Bytes.concat(large, Bytes.fromHex("ffff")))).contains(large);
    assertThat(DerSequences.all(Bytes.concat(large, large, Bytes.fromHex("ff"))))
        .containsExactly(large, large);
  }

  @Test
  void whatIsNoWholeSequenceIsNone() {
    for (String hex :
        List.of(
            "",
            "30",
            "3003ffff",
            "ffffffff",
            "3080000000",
            "308201",
            "30820101ff",
            "3084ffffffff",
            "31020000")) {
      assertThat(DerSequences.first(Bytes.fromHex(hex))).as(hex).isEmpty();
      assertThat(DerSequences.all(Bytes.fromHex(hex))).as(hex).isEmpty();
    }
  }

  @Test
  void pinsWithoutAServerACaOrAnAnswerKeyAreRefused() {
    List<URI> urls = List.of(URI.create("https://attest.example:8443/x"));
    List<X509Certificate> cas = List.of(TestCa.root("ca", TestCa.Validity.now()).certificate());
    Pins pins = new Pins(urls, cas, List.of(POINT));
    assertThat(pins.answerKeyIds()).containsExactly(POINT.sha256());
    assertThat(pins.answerKey(POINT.sha256())).contains(POINT);
    assertThat(pins.answerKey(Bytes.zeros(32))).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new Pins(List.of(), cas, List.of(POINT)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pins(urls, List.of(), List.of(POINT)));
    assertThatIllegalArgumentException().isThrownBy(() -> new Pins(urls, cas, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pins(urls, cas, List.of(Flip.bit(POINT, 64))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pins(urls, cas, java.util.Collections.nCopies(17, POINT)));
  }

  @Test
  void onlyHttpsUrlsArePinned() {
    List<X509Certificate> cas = List.of(TestCa.root("ca", TestCa.Validity.now()).certificate());
    for (String url :
        List.of("http://a", "ftp://a", "a", "/device", "https:a", "https://a?b=c", "https://a#b")) {
      assertThatIllegalArgumentException()
          .as(url)
          .isThrownBy(() -> new Pins(List.of(URI.create(url)), cas, List.of(POINT)));
    }
  }
}
