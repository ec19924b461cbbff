// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.server.uki.PeWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class InspectTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2027-06-01T00:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path folder;

  /** What a run of the program gave. */
  private record Run(int exit, String out, String err) {

    JsonNode json() {
      return JsonMapper.shared().readTree(out);
    }
  }

  private static Run inspect(Object... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> arguments = new ArrayList<>();
    for (Object word : words) {
      arguments.add(word.toString());
    }
    int exit =
        new Inspect(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                CLOCK)
            .run(arguments);
    return new Run(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static JsonNode reported(Object... words) {
    Run run = inspect(words);
    assertThat(run.exit).as(run.out + run.err).isZero();
    assertThat(run.out.lines()).hasSize(1);
    return run.json();
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  private static List<String> codes(JsonNode report) {
    return report.path("findings").valueStream().map(f -> f.path("code").asString()).toList();
  }

  private static Path boot(String file) {
    return EvidenceFolder.boot("d-sb-on", file);
  }

  @Test
  void aLogIsReportedByItself() {
    JsonNode report = reported("eventlog", boot("binary_bios_measurements"));
    assertThat(names(report))
        .containsExactly(
            "format", "events", "banks", "startupLocality", "pcrs", "secureBoot", "findings");
    assertThat(report.path("format").asString()).isEqualTo("crypto-agile");
    assertThat(report.path("banks").toString()).isEqualTo("[\"sha1\",\"sha256\"]");
    assertThat(report.path("startupLocality").isNull()).isTrue();
    assertThat(report.path("secureBoot").asString()).isEqualTo("enabled");
    assertThat(report.path("pcrs").path("sha256").path("7").asString())
        .isEqualTo("02a4f904010ebddfb1ce765622af8d48ac2408422e220ad4eed1e1856407f704");
    assertThat(report.path("findings")).isEmpty();
  }

  @Test
  void aLogIsHeldAgainstRegisters() {
    JsonNode own =
        reported("eventlog", boot("binary_bios_measurements"), "--pcrs", boot("pcrs-sha256.txt"));
    assertThat(own.path("comparison").path("sha256").path("7").asString()).isEqualTo("replayed");
    assertThat(own.path("comparison").path("sha256").path("10").asString())
        .isEqualTo("extended after the log");
    assertThat(own.path("secureBoot").asString()).isEqualTo("enabled");
    JsonNode others =
        reported(
            "eventlog",
            boot("binary_bios_measurements"),
            "--pcrs",
            EvidenceFolder.boot("a-baseline", "pcrs-sha256.txt"));
    assertThat(others.path("comparison").path("sha256").path("7").asString())
        .isEqualTo("not explained");
    assertThat(others.path("secureBoot").asString()).isEqualTo("undetermined");
    assertThat(codes(others)).contains("SECURE_BOOT_NOT_REPLAYED");
  }

  @Test
  void aFindingNamesItsRegisterAndItsEvent() throws IOException {
    Path log = folder.resolve("log");
    byte[] padded = new byte[(int) Files.size(boot("binary_bios_measurements")) + 8];
    byte[] octets = Files.readAllBytes(boot("binary_bios_measurements"));
    System.arraycopy(octets, 0, padded, 0, octets.length);
    Files.write(log, padded);
    JsonNode finding = reported("eventlog", log).path("findings").path(0);
    assertThat(names(finding)).containsExactly("code", "pcr", "event", "text");
    assertThat(finding.path("code").asString()).isEqualTo("PADDING");
    assertThat(finding.path("pcr").isNull()).isTrue();
  }

  @Test
  void whatCannotBeDecodedIsRefusedWithExitCodeThree() throws IOException {
    Path junk = Files.writeString(folder.resolve("junk"), "junk");
    for (Object[] words :
        new Object[][] {
          {"eventlog", junk},
          {"quote", junk},
          {"ek", junk, "--roots", folder},
          {"uki", junk},
          {"eventlog", boot("binary_bios_measurements"), "--pcrs", junk},
        }) {
      Run run = inspect(words);
      assertThat(run.exit).as(run.out).isEqualTo(3);
      assertThat(names(run.json())).containsExactly("refused");
      assertThat(names(run.json().path("refused"))).containsExactly("code", "text");
      assertThat(run.json().path("refused").path("code").asString()).matches("[A-Z0-9_]+");
    }
  }

  @Test
  void wrongUseIsToldOnTheErrorOutput() {
    Path log = boot("binary_bios_measurements");
    for (Object[] words :
        new Object[][] {
          {},
          {"disk", log},
          {"eventlog"},
          {"eventlog", log, log},
          {"eventlog", log, "--pcr", log},
          {"eventlog", log, "--pcrs"},
          {"eventlog", log, "--pcrs", log, "--pcrs", log},
          {"eventlog", folder.resolve("missing")},
          {"ek", log},
        }) {
      Run run = inspect(words);
      assertThat(run.exit).isEqualTo(1);
      assertThat(run.out).isEmpty();
      assertThat(run.err).isNotEmpty();
    }
  }

  @Test
  void aFileThatCannotBeReadIsToldInWords() throws IOException {
    Path missing = folder.resolve("missing");
    assertThat(inspect("eventlog", missing).err).isEqualTo(missing + " does not exist\n");
    Path log = boot("binary_bios_measurements");
    assertThat(inspect("ek", log, "--roots", log).err).isEqualTo(log + " is no folder\n");
    Path broken = Files.writeString(folder.resolve("broken.pem"), "none");
    assertThat(inspect("ek", log, "--roots", folder).err)
        .isEqualTo(broken + " holds no certificate\n");
  }

  @Test
  void theReportForReadingHoldsTheSame() {
    Run run = inspect("eventlog", boot("binary_bios_measurements"), "--text");
    assertThat(run.exit).isZero();
    assertThat(run.out).contains("format: crypto-agile\n", "secureBoot: enabled\n");
    assertThat(run.out).contains("findings: none\n");
  }

  @Test
  void anImageIsForetold() throws IOException {
    Path file = folder.resolve("image.efi");
    PeWriter image =
        new PeWriter()
            .section(".text", "stub")
            .section(".linux", "KERNEL")
            .section(".osrel", "NAME=x\n")
            .section(".cmdline", "root=LABEL=BOOT")
            .section(".initrd", "INITRD")
            .section(".pcrpkey", "PUB");
    Files.write(file, image.toBytes().toArray());
    JsonNode report = reported("uki", file);
    assertThat(names(report)).containsExactly("stub", "sections", "pcr11", "authenticode", "pcr4");
    JsonNode paths = report.path("pcr11").path("sha256");
    assertThat(paths.path("").asString())
        .isEqualTo("f760583b3dbdc87d5fcfc602055112d902b7430453098395f4ee993f39eb3b06");
    assertThat(paths.path("enter-initrd").asString())
        .isEqualTo("6d3d7348054c6fb77ad1086fe52e5668205e3cc484453df7b1ba1457b948b9fd");
    assertThat(names(report.path("sections").path(0))).containsExactly("name", "size", "sha256");
    assertThat(names(report.path("pcr4"))).containsExactly("secureBootOn", "secureBootOff");
    assertThat(report.path("pcr4").path("secureBootOn").path("sha256").asString()).hasSize(64);
    assertThat(report.path("authenticode").path("sha256").asString()).hasSize(64);
  }

  @Test
  void aQuoteOfARecordedBootIsVerified() throws IOException {
    ObjectNode quote = quote();
    JsonNode report = reported("quote", write(quote));
    assertThat(names(report))
        .containsExactly(
            "verdict",
            "type",
            "code",
            "signer",
            "pcrDigestMatches",
            "nonceMatches",
            "clock",
            "findings");
    assertThat(report.path("verdict").asString()).isEqualTo("verified");
    assertThat(report.path("type").asString()).isEqualTo("quote");
    assertThat(report.path("code").isNull()).isTrue();
    assertThat(report.path("pcrDigestMatches").asBoolean()).isTrue();
    assertThat(report.path("nonceMatches").asBoolean()).isTrue();
    assertThat(report.path("findings")).isEmpty();
  }

  @Test
  void aQuoteThatDoesNotHoldIsRefusedWithTheReason() throws IOException {
    ObjectNode nonce = quote().put("nonce", "00");
    assertThat(refusal(nonce)).isEqualTo("NONCE_DIFFERS");
    ObjectNode value = quote();
    ((ObjectNode) value.path("pcrs").path("sha256")).put("7", "00".repeat(32));
    assertThat(refusal(value)).isEqualTo("PCR_DIGEST_DIFFERS");
    ObjectNode missing = quote();
    ((ObjectNode) missing.path("pcrs").path("sha256")).remove("7");
    assertThat(refusal(missing)).isEqualTo("PCR_DIGEST_DIFFERS");
    ObjectNode otherKey = quote().put("akPublicTpmt", area("ak-ecc256.tpm2b_public"));
    assertThat(refusal(otherKey)).isEqualTo("SCHEME_NOT_OF_KEY");
    byte[] attest = Files.readAllBytes(boot("quote-rsa-all.msg"));
    attest[attest.length - 1] ^= 1;
    ObjectNode changed = quote().put("attest", Base64.getEncoder().encodeToString(attest));
    assertThat(refusal(changed)).isEqualTo("SIGNATURE_WRONG");
  }

  @Test
  void aQuoteWithoutAKeyIsUnsigned() throws IOException {
    ObjectNode quote = quote();
    quote.remove("akPublicTpmt");
    assertThat(reported("quote", write(quote)).path("verdict").asString()).isEqualTo("unsigned");
  }

  @Test
  void valuesThatAreNotQuotedAreTold() throws IOException {
    ObjectNode quote = quote();
    ((ObjectNode) quote.path("pcrs")).putObject("sha1").put("0", "00".repeat(20));
    assertThat(codes(reported("quote", write(quote)))).containsExactly("VALUES_NOT_QUOTED");
  }

  private String refusal(ObjectNode quote) throws IOException {
    JsonNode report = reported("quote", write(quote));
    assertThat(report.path("verdict").asString()).isEqualTo("refused");
    return report.path("code").asString();
  }

  private Path write(ObjectNode quote) throws IOException {
    return Files.writeString(folder.resolve("quote.json"), quote.toString());
  }

  private static ObjectNode quote() throws IOException {
    ObjectNode quote = JsonMapper.shared().createObjectNode();
    quote.put("attest", base64(Files.readAllBytes(boot("quote-rsa-all.msg"))));
    quote.put("signature", base64(Files.readAllBytes(boot("quote-rsa-all.sig"))));
    quote.put("akPublicTpmt", area("ak-rsa2048.tpm2b_public"));
    quote.put("nonce", EvidenceFolder.text(boot("nonce.hex")).trim());
    ObjectNode values = quote.putObject("pcrs").putObject("sha256");
    EvidenceFolder.text(boot("pcrs-sha256.txt"))
        .lines()
        .map(line -> line.split(" ", -1))
        .forEach(cells -> values.put(cells[0], cells[1]));
    return quote;
  }

  private static String area(String file) throws IOException {
    byte[] sized = Files.readAllBytes(boot(file));
    return base64(java.util.Arrays.copyOfRange(sized, 2, sized.length));
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }

  @Test
  void anEndorsementKeyIsJudgedByTheRootsOfTheFolder() throws IOException {
    Path roots = Files.createDirectory(folder.resolve("roots"));
    Files.copy(boot("ca-root.pem"), roots.resolve("root.pem"));
    JsonNode endorsed =
        reported(
            "ek",
            boot("ek-rsa2048.cert.der"),
            "--roots",
            roots,
            "--intermediate",
            boot("ca-issuer.pem"));
    assertThat(names(endorsed))
        .containsExactly(
            "verdict", "code", "manufacturer", "model", "version", "key", "path", "findings");
    assertThat(endorsed.path("verdict").asString()).isEqualTo("endorsed");
    assertThat(endorsed.path("key").asString()).isEqualTo("RSA-2048");
    assertThat(endorsed.path("path")).hasSize(2);
    JsonNode refused = reported("ek", boot("ek-rsa2048.cert.der"), "--roots", roots);
    assertThat(refused.path("verdict").asString()).isEqualTo("refused");
    assertThat(refused.path("code").asString()).isEqualTo("UNTRUSTED_ISSUER");
    assertThat(refused.path("model").asString()).isEqualTo(endorsed.path("model").asString());
    JsonNode platform =
        reported(
            "ek",
            boot("platform.cert.der"),
            "--roots",
            roots,
            "--intermediate",
            boot("ca-issuer.pem"));
    assertThat(platform.path("code").asString()).isEqualTo("NOT_AN_EK");
  }

  @Test
  void everyCollectedQuoteIsReportedAsIsKnownOfIt() {
    int seen = 0;
    for (Path file : EvidenceFolder.files(EvidenceFolder.collection("quotes"))) {
      JsonNode quote = JsonMapper.shared().readTree(EvidenceFolder.text(file));
      if (!quote.has("attest")) {
        continue;
      }
      JsonNode expected = quote.path("expected");
      JsonNode report = reported("quote", file);
      String verdict =
          !expected.has("signatureValid")
              ? "unsigned"
              : expected.path("signatureValid").asBoolean() ? "verified" : "refused";
      assertThat(report.path("verdict").asString()).as(file.toString()).isEqualTo(verdict);
      assertThat(report.path("signer")).isEqualTo(expected.path("qualifiedSigner"));
      assertThat(report.path("clock").path("clock").asLong())
          .isEqualTo(expected.path("clock").asLong());
      for (String fact : new String[] {"nonceMatches", "pcrDigestMatches"}) {
        if (expected.has(fact)) {
          assertThat(report.path(fact)).as(file + " " + fact).isEqualTo(expected.path(fact));
        }
      }
      assertThat(codes(report).contains("WEAK_HASH"))
          .isEqualTo(expected.path("sigHash").asString().equals("sha1"));
      seen++;
    }
    assertThat(seen).isEqualTo(19);
  }

  @Test
  void everyCollectedLogIsReportedOrRefused() {
    int refused = 0;
    for (Path file : EvidenceFolder.files(EvidenceFolder.collection("eventlogs"))) {
      Run run = inspect("eventlog", file);
      assertThat(run.exit).as(file.toString()).isIn(0, 3);
      refused += run.exit == 3 ? 1 : 0;
      if (file.getFileName().toString().contains("ccel-")) {
        assertThat(run.json().path("format").asString()).isEqualTo("cc");
        assertThat(codes(run.json())).contains("NOT_A_TPM_LOG");
      }
    }
    assertThat(refused).isEqualTo(3);
  }
}
