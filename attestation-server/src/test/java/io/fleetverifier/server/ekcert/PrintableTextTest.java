// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.ekcert;

import static io.fleetverifier.server.ekcert.Judged.NOW;
import static io.fleetverifier.server.ekcert.Judged.trusting;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.ekcert.EkVerdict.Refused;
import java.util.List;
import java.util.Random;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.junit.jupiter.api.Test;

class PrintableTextTest {

  private static final String BAD = "\0\n\u001b[2J\u007f\u0085\u202e\u2028\u200b\ufeff\ud800";

  private static void assertPrintable(String text) {
    assertThat(text).hasSizeLessThanOrEqualTo(1000);
    assertThat(text.codePoints())
        .allMatch(letter ->
            !Character.isISOControl(letter)
                && Character.getType(letter) != Character.FORMAT
                && Character.getType(letter) != Character.SURROGATE);
  }

  @Test
  void lettersOfAllScriptsStay() {
    for (String text : List.of("", "Infineon & Söhne <AG>", "北京 TPM", "\ud83d\ude00 chip")) {
      assertThat(PrintableText.of(text)).isEqualTo(text);
    }
  }

  @Test
  void whatCannotBePrintedIsAQuestionMark() {
    assertThat(PrintableText.of("a" + BAD + "b")).isEqualTo("a???[2J???????b");
    assertThat(PrintableText.of("\udc00\ud800")).isEqualTo("??");
  }

  @Test
  void aTextIsCutBetweenLetters() {
    assertThat(PrintableText.of("x".repeat(1000))).isEqualTo("x".repeat(1000));
    assertThat(PrintableText.of("x".repeat(1001))).isEqualTo("x".repeat(997) + "...");
    assertPrintable(PrintableText.of("x" + "\ud83d\ude00".repeat(2000)));
    Random random = new Random(20260107);
    for (int round = 0; round < 1000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(1200); i > 0; i--) {
        text.append((char) random.nextInt(0x10000));
      }
      String printable = PrintableText.of(text.toString());
      assertPrintable(printable);
      assertThat(PrintableText.of(printable)).isEqualTo(printable);
    }
  }

  @Test
  void namesThatACertificateBringsAreToldPrintable() {
    X500Name evil =
        new X500NameBuilder()
            .addRDN(BCStyle.O, new DERUTF8String("\0\u001b[2J" + "x".repeat(5000)))
            .addRDN(BCStyle.CN, new DERBMPString("\ud800\u202e"))
            .build();
    TestCa stranger = TestCa.root(evil, TestCa.ec(), ca -> {});
    EkVerdict untrusted =
        new EkCertificateVerifier(VendorRoots.none(), EkPolicy.standard())
            .verify(stranger.issue(), List.of(), NOW);
    assertThat(untrusted)
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertPrintable(refused.text());
              assertThat(refused.text()).endsWith("to a configured root");
            });
    TestCa ended = stranger.twinBelow(stranger);
    EkVerdict told =
        new EkCertificateVerifier(trusting(stranger, ended), EkPolicy.standard())
            .verify(stranger.issue(leaf -> leaf.subject = "CN=a\\00b"), List.of(), NOW);
    assertThat(told.findings()).isNotEmpty();
    told.findings().forEach(finding -> assertPrintable(finding.text()));
  }

  @Test
  void whatACertificateSaysOfTheChipIsPrintable() {
    TestCa root = TestCa.root();
    EkVerdict verdict =
        new EkCertificateVerifier(trusting(root), EkPolicy.standard())
            .verify(root.issue(leaf -> leaf.model = "SLB\0\u202e 9\n"), List.of(), NOW);
    assertThat(verdict.read().orElseThrow().identity().orElseThrow().model()).isEqualTo("SLB?? 9?");
  }

  /** The text would otherwise differ from one start of the server to the next. */
  @Test
  void makersThatANameTellsAreInOneOrder() {
    assertThat(
            Manufacturers.of(
                new X500Principal(
                    "O=VMware,O=Samsung,O=Qualcomm,O=Broadcom,O=Atmel,O=Google LLC,"
                        + "O=Intel Corporation")))
        .containsExactly("ATML", "BRCM", "GOOG", "INTC", "QCOM", "SMSN", "VMW");
  }
}
