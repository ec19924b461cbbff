// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.eventlog.EventType;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.LogWriter;
import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Versions from boot event logs, recorded on machines whose PCRs were recorded too. */
@ManagementApiTest
class LogVersionsTest {

  private static final String OCTETS = "application/octet-stream";

  @Autowired ManagementApi plane;
  private ManagementApi api;
  private final String name = "b-" + UUID.randomUUID();

  @BeforeEach
  void engineerAndBaseline() {
    api = plane.as(Role.SECURITY_ENGINEER);
    baseline(name, "anything");
  }

  private void baseline(String called, String aspect) {
    String body = "{\"name\":\"" + called + "\",\"aspect\":\"" + aspect + "\"}";
    assertThat(api.post("/api/v1/baselines", body).status()).isEqualTo(201);
  }

  private Answer upload(String parameters, Bytes log) {
    return api.upload(path(name) + "?label=one" + parameters, OCTETS, log);
  }

  private static String path(String baseline) {
    return "/api/v1/baselines/" + baseline + "/versions/from-log";
  }

  private static Bytes log(String boot) {
    return EvidenceFolder.bytes(EvidenceFolder.boot(boot, "binary_bios_measurements"));
  }

  private static Map<String, String> pcrs(String boot) {
    return EvidenceFolder.text(EvidenceFolder.boot(boot, "pcrs-sha256.txt"))
        .lines()
        .map(line -> line.split(" ", -1))
        .collect(Collectors.toMap(words -> words[0], words -> words[1].toLowerCase(Locale.ROOT)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-baseline", "b-cmdline", "d-sb-on", "p-no-pcrsig"})
  void theValuesOfALogAreThoseOfTheMachineThatWroteIt(String boot) {
    List<String> covered = List.of("0", "1", "2", "3", "4", "5", "6", "7", "9");
    Answer made = upload("&pcrs=" + String.join(",", covered), log(boot));

    assertThat(made.status()).as(made.text()).isEqualTo(201);
    JsonNode values = made.body().path("values");
    assertThat(values.propertyNames()).containsExactlyElementsOf(covered);
    for (String pcr : covered) {
      assertThat(values.path(pcr).asString()).as("PCR " + pcr).isEqualTo(pcrs(boot).get(pcr));
    }
    assertThat(made.body().path("origin").asString()).isEqualTo("event-log");
    JsonNode stored = api.get("/api/v1/baselines/" + name + "/versions/1").body();
    assertThat(stored.path("values")).isEqualTo(values);
    assertThat(stored.path("sourceLog").asString()).isEqualTo(log(boot).sha256().toHex());
    assertThat(stored.has("log")).isFalse();
  }

  /** Of each recorded boot it is also recorded what its image foretells. */
  @ParameterizedTest
  @ValueSource(strings = {"a-baseline", "b-cmdline", "d-sb-on", "p-no-pcrsig"})
  void whatALogSaysOfTheImageIsWhatTheImageForetells(String boot) {
    JsonNode foretold = image(boot).path("expected").path("sha256");
    JsonNode values = upload("&pcrs=4,11", log(boot)).body().path("values");
    assertThat(values.path("4").asString()).isEqualTo(foretold.path("pcr4").asString());
    assertThat(values.path("11").asString()).isEqualTo(foretold.path("pcr11").asString());
  }

  @Test
  void whatEachPcrHoldsIsToldForReview() {
    JsonNode log = upload("&pcrs=4,7", log("d-sb-on")).body().path("log");
    assertThat(log.path("secureBoot").asString()).isEqualTo("enabled");
    assertThat(log.path("pcrs").propertyNames()).containsExactly("4", "7");
    JsonNode action = log.path("pcrs").path("4").get(0);
    assertThat(action.path("meaning").asString())
        .contains("Calling EFI Application from Boot Option");
    assertThat(action.path("verified").asBoolean()).isTrue();
    JsonNode image = log.path("pcrs").path("4").get(2);
    assertThat(image.path("verified").asBoolean()).isFalse();
    assertThat(image.path("hint").asString()).contains("not verified");
    JsonNode first = log.path("pcrs").path("7").get(0);
    assertThat(first.path("type").asString()).isEqualTo("EV_EFI_VARIABLE_DRIVER_CONFIG");
    assertThat(first.path("meaning").asString()).contains("SecureBoot");
    assertThat(first.path("digest").asString()).matches("[0-9a-f]{64}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"firmware | 0,2", "secure-boot | 7", "boot-chain | 4", "image | 11"})
  void theAspectSaysWhichPcrsAreMeant(String aspect, String pcrs) {
    baseline(aspect + name, aspect);
    Answer made = api.upload(path(aspect + name) + "?label=1", OCTETS, log("a-baseline"));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(String.join(",", made.body().path("values").propertyNames())).isEqualTo(pcrs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''         | must be given",
        "&pcrs=     | must be",
        "&pcrs=10   | changes while the system runs",
        "&pcrs=23   | anybody can reset",
        "&pcrs=17   | not among those",
        "&pcrs=4,4  | twice",
        "&pcrs=8    | measures nothing into PCR 8",
        "&pcrs=4,12 | measures nothing into PCR 12",
      })
  void aPcrThatTheLogDoesNotLeadToIsRefusedByName(String parameters, String why) {
    Answer answer = upload(parameters, log("a-baseline"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().path("errors").get(0).path("parameter").asString()).isEqualTo("pcrs");
    if (!parameters.equals("&pcrs=")) {
      assertThat(answer.text()).contains(why);
    }
    assertThat(api.get("/api/v1/baselines/" + name + "/versions").body().path("items").size())
        .isZero();
  }

  @Test
  void aRegisterWithEventsThatLackTheirDigestHasNoValue() {
    LogWriter log = new LogWriter().specId(LogHash.SHA1, LogHash.SHA256);
    log.measured(4, EventType.ACTION, Bytes.utf8("one"));
    Bytes sha1 = LogHash.SHA1.digest(Bytes.utf8("two"));
    log.event(4, EventType.ACTION.id(), LogHash.SHA1, sha1, Bytes.utf8("two"));
    Answer answer = upload("&pcrs=4", log.toBytes());
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.text()).contains("events of PCR 4 lack their SHA-256 digests");
  }

  @Test
  void aLogThatIsNoneOrNotATpmsIsRefusedByItsFault() {
    assertFault(Bytes.utf8("no log at all, but long enough for a header"), "LOG_TRUNCATED");
    Bytes whole = log("a-baseline");
    assertFault(whole.slice(0, whole.size() - 1), "LOG_TRUNCATED");
    Bytes old =
        new LogWriter().sha1(4, EventType.ACTION.id(), Bytes.zeros(20), Bytes.utf8("x")).toBytes();
    assertFault(old, "LOG_WITHOUT_SHA256");
    Bytes sha384 =
        new LogWriter()
            .specId(LogHash.SHA384)
            .event(4, EventType.ACTION.id(), LogHash.SHA384, Bytes.zeros(48), Bytes.utf8("x"))
            .toBytes();
    assertFault(sha384, "LOG_WITHOUT_SHA256");
  }

  private void assertFault(Bytes log, String fault) {
    Answer answer = upload("&pcrs=4", log);
    assertThat(answer.code()).as(answer.text()).isEqualTo("invalid");
    assertThat(answer.body().path("fault").asString()).as(answer.text()).isEqualTo(fault);
  }

  @Test
  void theBodyIsALogAndNothingElse() {
    String path = path(name) + "?label=1&pcrs=4";
    assertThat(api.upload(path, "application/json", log("a-baseline")).code())
        .isEqualTo("unsupported-media-type");
    assertThat(api.upload(path, OCTETS, Bytes.EMPTY).code()).isEqualTo("invalid");
    assertThat(api.upload(path, null, log("a-baseline")).status()).isEqualTo(201);
    assertThat(plane.as(Role.OPERATOR).upload(path, OCTETS, log("a-baseline")).code())
        .isEqualTo("forbidden");
  }

  @Test
  void whatIsOddAboutTheLogIsWarnedOfWhereItConcernsTheVersion() {
    LogWriter log = new LogWriter().specId(LogHash.SHA256);
    log.measured(4, EventType.EFI_ACTION, Bytes.utf8("one")).separator(4).separator(4);
    log.measured(2, EventType.EFI_ACTION, Bytes.utf8("two"));
    List<String> codes = codes(upload("&pcrs=4", log.toBytes()));
    assertThat(codes)
        .contains("DUPLICATE_SEPARATOR", "NO_EXIT_BOOT_SERVICES")
        .doesNotContain("MISSING_SEPARATOR");
    assertThat(codes(upload("&pcrs=2", log.toBytes())))
        .contains("MISSING_SEPARATOR")
        .doesNotContain("DUPLICATE_SEPARATOR");
  }

  @Test
  void aBootWhoseCommandLinePermitsAShellIsWarnedOfByItsWord() {
    Bytes line = Bytes.utf8("/vmlinuz rd.break");
    Bytes grub = Bytes.concat(Bytes.utf8("kernel_cmdline: "), line, Bytes.of(0));
    LogWriter log = new LogWriter().specId(LogHash.SHA256);
    log.event(8, EventType.IPL.id(), LogHash.SHA256, line.sha256(), grub);
    Answer made = upload("&pcrs=8", log.toBytes());
    assertThat(codes(made)).contains("INITRD_SHELL");
    assertThat(made.body().path("warnings").toString()).contains("rd.break");
  }

  @Test
  void whatTheBootUsedAndTheVersionLeavesOpenIsWarnedOf() {
    assertThat(codes(upload("&pcrs=4", log("a-baseline")))).contains("MEASURED_BUT_OPEN");
    assertThat(codes(upload("&pcrs=4,9", log("a-baseline")))).doesNotContain("MEASURED_BUT_OPEN");
    assertThat(codes(upload("&pcrs=7", log("a-baseline")))).contains("SECURE_BOOT_ONLY");
  }

  @Test
  void theEventsOfALogBecomeRules() {
    Answer made = upload("&pcrs=0,2&allowed=4&secureBoot=true", log("d-sb-on"));

    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.body().path("values").propertyNames()).containsExactly("0", "2");
    JsonNode rules = made.body().path("rules");
    assertThat(rules.has("required")).isFalse();
    // The start of the boot option and the image; the separator is understood.
    assertThat(rules.path("allowed").propertyNames()).containsExactly("4");
    assertThat(texts(rules.path("allowed").path("4")))
        .containsExactlyInAnyOrder(
            Bytes.utf8("Calling EFI Application from Boot Option").sha256().toHex(),
            image("d-sb-on").path("authenticode").path("sha256").asString());
    assertThat(rules.path("secureBoot").path("authorities").size()).isEqualTo(1);
    assertThat(rules.path("secureBoot").has("forbidden")).isTrue();
    assertThat(made.body().path("log").path("pcrs").propertyNames())
        .containsExactly("0", "2", "4", "7");
    assertThat(api.get("/api/v1/baselines/" + name + "/versions/1").body().path("rules"))
        .isEqualTo(rules);

    Answer required = upload("&required=4", log("d-sb-on"));
    assertThat(required.body().path("rules").path("required").path("4"))
        .isEqualTo(rules.path("allowed").path("4"));
    assertThat(required.body().path("values").size()).isZero();
  }

  private static JsonNode image(String boot) {
    return JsonMapper.shared().readTree(EvidenceFolder.text(EvidenceFolder.boot(boot, "uki.json")));
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "&allowed=11              | allowed    | by value for each phase",
        "&required=11             | required   | by value for each phase",
        "&allowed=10              | allowed    | changes while the system runs",
        "&allowed=4,4             | allowed    | twice",
        "&allowed=4&required=4    | required   | named as allowed too",
        "&allowed=8               | allowed    | measures nothing into PCR 8",
        "&required=12             | required   | measures nothing into PCR 12",
        "&allowed=6               | allowed    | separator alone",
        "&secureBoot=true         | secureBoot | does not show Secure Boot to be on",
      })
  void aRuleThatTheLogDoesNotLeadToIsRefusedByName(
      String parameters, String parameter, String why) {
    Answer answer = upload(parameters, log("a-baseline"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().path("errors").get(0).path("parameter").asString())
        .isEqualTo(parameter);
    assertThat(answer.text()).contains(why);
  }

  private static List<String> codes(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer
        .body()
        .path("warnings")
        .valueStream()
        .map(warning -> warning.path("code").asString())
        .toList();
  }
}
