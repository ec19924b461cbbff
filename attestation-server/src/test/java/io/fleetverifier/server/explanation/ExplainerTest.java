// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.explanation;

import static io.fleetverifier.server.explanation.TestBoot.explain;
import static io.fleetverifier.server.explanation.TestBoot.recorded;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.EventType;
import io.fleetverifier.server.eventlog.LogAgainstQuote;
import io.fleetverifier.server.eventlog.Replay;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sentence for each way in which a boot differs. */
class ExplainerTest {

  private static final String GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c";
  private static final String IMAGE_SECURITY = "d719b2cb-3d3a-4596-a3bc-dad00e67656f";

  @Test
  void aChangedCommandLineInsideTheImageIsOneCauseAndTheRestFollows() {
    Explanation explanation = explain(recorded("a-baseline"), recorded("b-cmdline"));
    assertThat(explanation.cause().sentence())
        .isEqualTo("Another image: section .cmdline (the kernel command line) differs.");
    assertThat(explanation.cause().pcrs()).containsExactly(4, 9, 11);
    assertThat(explanation.others()).isEmpty();
    assertThat(explanation.pcrs()).extracting(PcrDifference::pcr).containsExactly(4, 9, 11);
    PcrDifference image = explanation.pcrs().getLast();
    assertThat(image.status()).isEqualTo(LogAgainstQuote.Status.REPLAYED);
    assertThat(requireNonNull(image.expected()).number()).isEqualTo(29);
    assertThat(requireNonNull(image.actual()).meaning()).isEqualTo("content of section .cmdline");
    assertThat(requireNonNull(image.actual()).verified()).isTrue();
    assertThat(requireNonNull(image.actual()).digest())
        .isNotEqualTo(requireNonNull(image.expected()).digest());
    PcrDifference program = explanation.pcrs().getFirst();
    assertThat(program.cause().sentence()).isEqualTo("The boot loader changed (PCR 4).");
    assertThat(requireNonNull(program.actual()).verified()).isFalse();
    assertThat(requireNonNull(program.actual()).hint())
        .isEqualTo("the log says `\\EFI\\BOOT\\BOOTX64.EFI`, not verified");
  }

  @Test
  void theImageIsNamedAlsoWhereOnlyTheProgramOfTheFirmwareIsAskedAbout() {
    Replay wanted = recorded("a-baseline");
    Explanation explanation =
        Explainer.explain(
            TestBoot.proven(recorded("b-cmdline")),
            ExpectedBoot.ofLog(wanted, Map.of()),
            new TreeSet<>(Set.of(4)),
            Map.of());
    assertThat(explanation.cause().kind()).isEqualTo(CauseKind.IMAGE_CHANGED);
    assertThat(explanation.cause().pcrs()).containsExactly(4, 11);
    assertThat(explanation.others()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a-baseline, p-no-pcrsig, Another image: section .pcrpkey is missing.",
    "p-no-pcrsig, a-baseline, Another image: section .pcrpkey is new.",
    "a-baseline, d-sb-on, Secure Boot was switched on (PCR 7).",
    "d-sb-on, a-baseline, Secure Boot was switched off (PCR 7).",
    "d-sb-on, b-cmdline, Secure Boot was switched off (PCR 7)."
  })
  void recordedBootsAreToldApart(String wanted, String shown, String sentence) {
    assertThat(explain(recorded(wanted), recorded(shown)).cause().sentence()).isEqualTo(sentence);
  }

  @Test
  void independentCausesAreToldBeside() {
    Explanation explanation = explain(recorded("d-sb-on"), recorded("b-cmdline"));
    assertThat(explanation.others())
        .extracting(Cause::kind)
        .containsExactly(CauseKind.IMAGE_CHANGED, CauseKind.FIRMWARE_CHANGED);
  }

  @Test
  void wordsOfAGrubCommandLineAreNamed() {
    TestBoot wanted =
        new TestBoot()
            .grub("grub_cmd: ", "set timeout=5")
            .grub("grub_cmd: ", "linux /vmlinuz root=/dev/sda1 quiet")
            .grub("kernel_cmdline: ", "/vmlinuz root=/dev/sda1 quiet");
    TestBoot shown =
        new TestBoot()
            .grub("grub_cmd: ", "set timeout=9")
            .grub("grub_cmd: ", "linux /vmlinuz root=/dev/sda1 rd.break")
            .grub("kernel_cmdline: ", "/vmlinuz root=/dev/sda1 rd.break");
    assertThat(explain(wanted, shown).cause().sentence())
        .isEqualTo("Kernel command line changed: `rd.break` was added, `quiet` was removed.");
    TestBoot other = new TestBoot().grub("grub_cmd: ", "set timeout=5").grub("grub_cmd: ", "ls");
    TestBoot longer = new TestBoot().grub("grub_cmd: ", "set timeout=5").grub("grub_cmd: ", "cat");
    assertThat(explain(other, longer).cause().sentence())
        .isEqualTo("The boot loader ran another command (PCR 8): `cat`.");
  }

  @Test
  void anOverriddenCommandLineIsNamed() {
    TestBoot wanted = new TestBoot().separator(4);
    TestBoot shown =
        new TestBoot()
            .separator(4)
            .whole(12, EventType.IPL, TestBoot.wide("root=/dev/sda1 init=/bin/sh"));
    assertThat(explain(wanted, shown).cause().sentence())
        .isEqualTo("Kernel command line was overridden (PCR 12): `root=/dev/sda1 init=/bin/sh`.");
    KnownImage image = new KnownImage(Map.of(), Optional.of("root=/dev/sda1"));
    Explanation withImage =
        Explainer.explain(
            TestBoot.proven(shown.replay()),
            ExpectedBoot.ofImage(image),
            new TreeSet<>(Set.of(12)),
            Map.of(12, Bytes.zeros(32)));
    assertThat(withImage.cause().sentence())
        .isEqualTo("Kernel command line was overridden (PCR 12): `init=/bin/sh` was added.");
  }

  @Test
  void somethingBesideTheImageIsToldWithoutAnyLog() {
    Explanation explanation =
        Explainer.explain(
            Optional.empty(),
            ExpectedBoot.UNKNOWN,
            new TreeSet<>(Set.of(12, 13)),
            Map.of(12, Bytes.zeros(32), 13, Bytes.zeros(32)));
    assertThat(explanation.cause().sentence())
        .isEqualTo(
            "Something was put beside the image, credentials, an add-on or a command line"
                + " (PCR 12); no boot log tells what.");
    assertThat(explanation.others())
        .extracting(Cause::kind)
        .containsExactly(CauseKind.EXTENSION_ADDED);
  }

  @Test
  void secureBootChangesAreNamedByVariable() {
    Bytes one = signatureList(1);
    Bytes three = signatureList(3);
    assertThat(explain(secureBoot(one, one), secureBoot(one, three)).cause().sentence())
        .isEqualTo("dbx was updated (PCR 7): 2 entries added, 0 entries removed.");
    assertThat(explain(secureBoot(three, one), secureBoot(one, one)).cause().sentence())
        .isEqualTo(
            "The keys of Secure Boot changed (PCR 7): db: 0 entries added, 2 entries removed.");
    assertThat(explain(secureBoot(one, one), secureBoot(one, Bytes.utf8("odd"))).cause().sentence())
        .isEqualTo("dbx was updated (PCR 7): its content is no list of signatures.");
    TestBoot authority =
        secureBoot(one, one)
            .whole(
                7,
                EventType.EFI_VARIABLE_AUTHORITY,
                TestBoot.variableData(IMAGE_SECURITY, "db", Bytes.utf8("certificate")));
    assertThat(explain(secureBoot(one, one), authority).cause().sentence())
        .isEqualTo("Secure Boot used another key or setting: `db` differs (PCR 7).");
  }

  private static TestBoot secureBoot(Bytes db, Bytes dbx) {
    return new TestBoot()
        .variable(GLOBAL, "SecureBoot", Bytes.of(1))
        .variable(IMAGE_SECURITY, "db", db)
        .variable(IMAGE_SECURITY, "dbx", dbx)
        .separator(7);
  }

  private static Bytes signatureList(int entries) {
    Bytes body = Bytes.EMPTY;
    for (int i = 0; i < entries; i++) {
      body = Bytes.concat(body, Bytes.zeros(16), Bytes.of(i).sha256());
    }
    int size = 28 + body.size();
    return Bytes.concat(
        io.fleetverifier.server.eventlog.SignatureList.SHA256.value(),
        Bytes.of(size & 0xff, size >> 8, 0, 0, 0, 0, 0, 0, 48, 0, 0, 0),
        body);
  }

  @Test
  void theFirmwaresVersionIsNamedWhereItIsMeasured() {
    TestBoot wanted = new TestBoot().whole(0, EventType.S_CRTM_VERSION, TestBoot.wide("1.07"));
    TestBoot shown = new TestBoot().whole(0, EventType.S_CRTM_VERSION, TestBoot.wide("1.08"));
    assertThat(explain(wanted, shown).cause().sentence())
        .isEqualTo("Firmware was updated: `1.07` became `1.08` (PCR 0).");
    TestBoot other =
        new TestBoot().of(0, EventType.POST_CODE, Bytes.of(1).sha256(), Bytes.utf8("1.09"));
    assertThat(explain(wanted, other).cause().sentence())
        .isEqualTo("Firmware was updated or replaced: other code was measured (PCR 0).");
  }

  @Test
  void programsAreToldByTheirPlace() {
    TestBoot wanted = new TestBoot().separator(4).program("shim").program("grub");
    assertThat(sentence(wanted, new TestBoot().separator(4).program("other").program("grub")))
        .isEqualTo("The boot loader changed (PCR 4).");
    assertThat(sentence(wanted, new TestBoot().separator(4).program("shim").program("other")))
        .isEqualTo("The boot loader is the expected one, but it started another program (PCR 4).");
    assertThat(sentence(wanted, new TestBoot().separator(4).program("shim")))
        .isEqualTo("A program that was expected was not started (PCR 4).");
    assertThat(
            sentence(
                wanted,
                new TestBoot().separator(4).program("shim").program("grub").program("more")))
        .isEqualTo("One program more than expected was started (PCR 4).");
    TestBoot otherWay =
        new TestBoot()
            .whole(4, EventType.EFI_ACTION, Bytes.utf8("Returning from somewhere"))
            .separator(4)
            .program("shim");
    assertThat(sentence(wanted, otherWay))
        .isEqualTo(
            "The firmware started the boot in another way, such as from another entry (PCR 4).");
  }

  private static String sentence(TestBoot wanted, TestBoot shown) {
    return explain(wanted, shown).cause().sentence();
  }

  @Test
  void anErrorOfTheFirmwareIsToldInAnyRegister() {
    TestBoot wanted = new TestBoot().separator(2);
    TestBoot shown = new TestBoot().whole(2, EventType.SEPARATOR, Bytes.fromHex("01000000"));
    assertThat(sentence(wanted, shown))
        .isEqualTo("The firmware reports that measuring failed (PCR 2).");
  }

  @Test
  void everyRegisterHasASentence() {
    for (int pcr = 0; pcr < 16; pcr++) {
      TestBoot wanted = new TestBoot().of(pcr, EventType.IPL, Bytes.of(1).sha256(), Bytes.of(7));
      TestBoot shown = new TestBoot().of(pcr, EventType.IPL, Bytes.of(2).sha256(), Bytes.of(7));
      assertThat(sentence(wanted, shown)).as("PCR " + pcr).endsWith(".").contains("PCR " + pcr);
    }
  }

  @Test
  void whatIsNotKnownIsSaid() {
    Replay boot = recorded("b-cmdline");
    assertThat(unknown(Optional.empty(), ExpectedBoot.UNKNOWN, 4, 7, 11))
        .isEqualTo("PCRs 4, 7 and 11 differ; no boot log explains why.");
    assertThat(unknown(Optional.empty(), ExpectedBoot.UNKNOWN, 4))
        .isEqualTo("PCR 4 differs; no boot log explains why.");
    LogAgainstQuote otherBoots = LogAgainstQuote.of(recorded("a-baseline"), TestBoot.values(boot));
    assertThat(
            unknown(
                Optional.of(otherBoots), ExpectedBoot.ofLog(recorded("a-baseline"), Map.of()), 4))
        .isEqualTo("PCR 4 differs; the boot log does not lead to what the TPM holds.");
    assertThat(unknown(TestBoot.proven(boot), ExpectedBoot.UNKNOWN, 4, 11))
        .isEqualTo("PCRs 4 and 11 differ; no log of the expected boot is known to compare with.");
  }

  private static String unknown(
      Optional<LogAgainstQuote> shown, ExpectedBoot expected, Integer... pcrs) {
    return Explainer.explain(shown, expected, new TreeSet<>(Set.of(pcrs)), Map.of())
        .cause()
        .sentence();
  }

  @Test
  void aLogOfAnotherBootThanTheExpectedValuesIsNotComparedWith() {
    Map<Integer, Bytes> typed = Map.of(4, Bytes.of(1).sha256());
    Explanation explanation =
        Explainer.explain(
            TestBoot.proven(recorded("b-cmdline")),
            ExpectedBoot.ofLog(recorded("a-baseline"), typed),
            new TreeSet<>(Set.of(4)),
            typed);
    assertThat(explanation.pcrs().getFirst().cause().kind())
        .isEqualTo(CauseKind.NOTHING_TO_COMPARE);
  }

  @Test
  void aPhaseGoneByIsTold() {
    Replay boot = recorded("a-baseline");
    Map<Integer, Bytes> closed = new TreeMap<>(TestBoot.values(boot));
    closed.put(
        11,
        Bytes.concat(requireNonNull(closed.get(11)), Bytes.utf8("leave-initrd").sha256()).sha256());
    Explanation explanation =
        Explainer.explain(
            Optional.of(LogAgainstQuote.of(boot, closed)),
            ExpectedBoot.ofLog(boot, Map.of()),
            new TreeSet<>(Set.of(11)),
            Map.of());
    assertThat(explanation.cause().sentence())
        .isEqualTo("The image is the expected one, but the boot had gone on to leave-initrd.");
  }

  @Test
  void nothingThatDiffersIsNoQuestion() {
    assertThatThrownBy(() ->
            Explainer.explain(Optional.empty(), ExpectedBoot.UNKNOWN, new TreeSet<>(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
