// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.eventlog.EventType;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.LogWriter;
import io.fleetverifier.server.testing.FleetRows;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.Pcr;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ManagementApiTest
class BaselineControllerTest {

  private static final String HASH = "ab".repeat(32);

  @Autowired ManagementApi plane;
  @Autowired JdbcClient jdbc;
  private ManagementApi api;
  private FleetRows fleet;
  private final String name = "b-" + UUID.randomUUID();
  private final String versions = "/api/v1/baselines/" + name + "/versions";

  @BeforeEach
  void engineerAndBaseline() {
    api = plane.as(Role.SECURITY_ENGINEER);
    fleet = new FleetRows(jdbc);
    assertThat(
            api.post("/api/v1/baselines", "{\"name\":\"" + name + "\",\"aspect\":\"image\"}")
                .status())
        .isEqualTo(201);
  }

  @Test
  void typedValuesComeBackAsTheyWereTyped() {
    String values =
        "{\"0\":\""
            + HASH
            + "\",\"4\":\""
            + HASH
            + "\",\"11\":{\"enter-initrd\":\""
            + HASH
            + "\"}}";
    Answer made = type(values);

    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.body().path("number").asInt()).isEqualTo(1);
    assertThat(made.body().path("state").asString()).isEqualTo("draft");
    assertThat(made.body().path("origin").asString()).isEqualTo("typed");
    assertThat(made.body().path("values").toString()).isEqualTo(values);
    assertThat(api.get(versions + "/1").body().path("values"))
        .isEqualTo(made.body().path("values"));
  }

  @Test
  void aPlainValueOfPcr11IsTheImageAlone() {
    Answer made = type("{\"11\":\"" + HASH + "\"}");
    assertThat(made.body().path("values").path("11").asString()).isEqualTo(HASH);
    assertThat(
            type("{\"11\":{\"\":\"" + HASH + "\",\"enter-initrd\":\"" + HASH + "\"}}")
                .body()
                .path("values")
                .path("11")
                .size())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{}                                       | /values",
        "{\"10\":\"H\"}                           | /values/10",
        "{\"16\":\"H\"}                           | /values/16",
        "{\"23\":\"H\"}                           | /values/23",
        "{\"17\":\"H\"}                           | /values/17",
        "{\"24\":\"H\"}                           | /values/24",
        "{\"04\":\"H\"}                           | /values/04",
        "{\"-1\":\"H\"}                           | /values/-1",
        "{\"x\":\"H\"}                            | /values/x",
        "{\"4\":\"\"}                             | /values/4",
        "{\"4\":\"H0\"}                           | /values/4",
        "{\"4\":7}                                | /values/4",
        "{\"4\":null}                             | /values/4",
        "{\"4\":{\"enter-initrd\":\"H\"}}         | /values/4",
        "{\"11\":{}}                              | /values/11",
        "{\"11\":{\"initrd\":\"H\"}}              | /values/11/initrd",
        "{\"11\":{\"ready:enter-initrd\":\"H\"}}  | /values/11/ready:enter-initrd",
        "{\"11\":{\"a/b~\":\"H\"}}                | /values/11/a~1b~0",
        "{\"11\":{\"enter-initrd\":\"\"}}         | /values/11/enter-initrd"
      })
  void valuesThatCannotServeAreInvalidAndPointedAt(String values, String pointer) {
    Answer answer = type(values.replace("H", HASH));
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().path("errors").get(0).path("pointer").asString()).isEqualTo(pointer);
    assertThat(api.get(versions).body().path("items").size()).isZero();
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThat(type("{\"10\":\"x\",\"4\":\"y\"}").body().path("errors").size()).isEqualTo(2);
  }

  @Test
  void aVersionComesEitherFromValuesOrFromACapture() {
    assertThat(api.post(versions, "{\"label\":\"1\"}").code()).isEqualTo("invalid");
    assertThat(
            api.post(
                    versions,
                    "{\"label\":\"1\",\"values\":{\"4\":\""
                        + HASH
                        + "\"},\"capture\":{\"device\":\""
                        + UUID.randomUUID()
                        + "\",\"pcrs\":[4]}}")
                .code())
        .isEqualTo("invalid");
    assertThat(api.post(versions, "{\"values\":{\"4\":\"" + HASH + "\"}}").code())
        .isEqualTo("invalid");
  }

  @Test
  void theSameValueTwiceIsMalformed() {
    assertThat(type("{\"4\":\"" + HASH + "\",\"4\":\"" + HASH + "\"}").code())
        .isEqualTo("malformed");
  }

  @Test
  void aPublishedVersionDoesNotChangeAndARevokedOneStaysRevoked() {
    Answer drafted = type("{\"4\":\"" + HASH + "\"}");
    String one = versions + "/1";
    assertThat(api.post(one + "/publish", "").status()).isEqualTo(428);
    assertThat(api.with("If-Match", "\"9\"").post(one + "/publish", "").status()).isEqualTo(412);
    assertThat(api.with("If-Match", drafted.header("ETag")).post(one + "/revoke", "").status())
        .isEqualTo(409);

    Answer published = api.with("If-Match", drafted.header("ETag")).post(one + "/publish", "");
    assertThat(published.status()).as(published.text()).isEqualTo(200);
    assertThat(published.body().path("state").asString()).isEqualTo("published");
    assertThat(published.body().has("publishedAt")).isTrue();

    ManagementApi now = api.with("If-Match", published.header("ETag"));
    assertThat(now.post(one + "/publish", "").status()).isEqualTo(409);
    assertThat(now.delete(one).status()).isEqualTo(409);
    Answer revoked = now.post(one + "/revoke", "");
    assertThat(revoked.body().path("state").asString()).isEqualTo("revoked");
    assertThat(api.with("If-Match", revoked.header("ETag")).post(one + "/publish", "").status())
        .isEqualTo(409);
    assertThat(api.with("If-Match", revoked.header("ETag")).delete(one).status()).isEqualTo(409);
  }

  @Test
  void publishingAndRevokingRaiseThePolicyRevision() {
    type("{\"4\":\"" + HASH + "\"}");
    long before = revision();
    api.with("If-Match", "*").post(versions + "/1/publish", "");
    assertThat(revision()).isEqualTo(before + 1);
    api.with("If-Match", "*").post(versions + "/1/revoke", "");
    assertThat(revision()).isEqualTo(before + 2);
  }

  @Test
  void aDraftCanBeRemoved() {
    Answer drafted = type("{\"4\":\"" + HASH + "\"}");
    assertThat(api.with("If-Match", drafted.header("ETag")).delete(versions + "/1").status())
        .isEqualTo(204);
    assertThat(api.get(versions + "/1").status()).isEqualTo(404);
  }

  @Test
  void versionsAreListedNewestFirst() {
    for (int i = 0; i < 3; i++) {
      type("{\"4\":\"" + HASH + "\",\"0\":\"" + HASH + "\"}");
    }
    Answer first = api.get(versions + "?limit=2");
    assertThat(first.body().path("items").get(0).path("number").asInt()).isEqualTo(3);
    Answer second = api.get(versions + "?limit=2&cursor=" + first.body().path("next").asString());
    assertThat(second.body().path("items").get(0).path("number").asInt()).isEqualTo(1);
    assertThat(second.body().path("items").size()).isEqualTo(1);
    assertThat(second.body().has("next")).isFalse();
    assertThat(api.get("/api/v1/baselines/nothing/versions").status()).isEqualTo(404);
  }

  @Test
  void aCaptureTakesTheDevicesLastAuthenticEvidence() {
    UUID device = fleet.device(fleet.group());
    Bytes boot = FleetRows.hash("boot");
    Bytes image = FleetRows.hash("image");
    fleet.evidence(device, "unlock", List.of(), Map.of(4, boot, 11, image), Instant.now());

    Answer made = capture(device, "\"pcrs\":[11,4],\"phase\":\"enter-initrd\"");

    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.body().path("origin").asString()).isEqualTo("capture");
    assertThat(made.body().path("values").path("4").asString()).isEqualTo(boot.toHex());
    assertThat(made.body().path("values").path("11").path("enter-initrd").asString())
        .isEqualTo(image.toHex());
  }

  @Test
  void aCaptureTakesPcr11OnlyFromEvidenceOfTheBoot() {
    UUID device = fleet.device(fleet.group());
    Bytes late = FleetRows.hash("late");
    Bytes early = FleetRows.hash("early");
    fleet.evidence(
        device, "provision", List.of(), Map.of(11, early), Instant.now().minusSeconds(60));
    fleet.evidence(device, "report", List.of(), Map.of(4, late, 11, late), Instant.now());

    assertThat(capture(device, "\"pcrs\":[11]").body().path("values").path("11").asString())
        .isEqualTo(early.toHex());
    assertThat(capture(device, "\"pcrs\":[4]").body().path("values").path("4").asString())
        .isEqualTo(late.toHex());

    UUID reporting = fleet.device(fleet.group());
    fleet.evidence(reporting, "report", List.of(), Map.of(11, late), Instant.now());
    assertThat(capture(reporting, "\"pcrs\":[11]").status()).isEqualTo(409);
  }

  @Test
  void aCaptureOfARevokedSilentOrUnknownDeviceIsAConflict() {
    UUID silent = fleet.device(fleet.group());
    assertThat(capture(silent, "\"pcrs\":[4]").status()).isEqualTo(409);
    fleet.evidence(silent, "unlock", List.of(), Map.of(), Instant.now());
    jdbc.sql("update device set lifecycle = 'revoked' where id = :id").param("id", silent).update();
    assertThat(capture(silent, "\"pcrs\":[4]").status()).isEqualTo(409);
    assertThat(capture(UUID.randomUUID(), "\"pcrs\":[4]").status()).isEqualTo(409);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"pcrs\":[]                          | /capture/pcrs",
        "\"pcrs\":[10]                        | /capture/pcrs/0",
        "\"pcrs\":[4,23]                      | /capture/pcrs/1",
        "\"pcrs\":[4,4]                       | /capture/pcrs/1",
        "\"pcrs\":[4],\"phase\":\"later\"     | /capture/phase"
      })
  void aCaptureThatCannotServeIsInvalidAndPointedAt(String members, String pointer) {
    Answer answer = capture(UUID.randomUUID(), members);
    assertThat(answer.body().path("errors").get(0).path("pointer").asString())
        .as(answer.text())
        .isEqualTo(pointer);
  }

  @Test
  void aVersionThatNoKnownDeviceMeetsIsWarnedOf() {
    UUID device = fleet.device(fleet.group());
    fleet.evidence(device, "unlock", List.of(), Map.of(4, FleetRows.hash("x")), Instant.now());
    assertThat(warnings(type("{\"4\":\"" + HASH + "\"}"))).contains("NO_DEVICE_MEETS_IT");
    // Whatever else the fleet holds, one that is met by this device is not met by nobody.
    assertThat(warnings(type("{\"4\":\"" + FleetRows.hash("x").toHex() + "\"}")))
        .doesNotContain("NO_DEVICE_MEETS_IT");
  }

  @Test
  void aVersionThatEveryKnownDeviceMeetsIsWarnedOf() {
    UUID device = fleet.device(fleet.group());
    fleet.evidence(device, "unlock", List.of(), Map.of(), Instant.now());
    // No test puts anything but zero into PCR 13.
    assertThat(warnings(type("{\"13\":\"" + "0".repeat(64) + "\"}")))
        .contains("EVERY_DEVICE_MEETS_IT");
  }

  @Test
  void pcr7AloneAndValuesAfterAResetAreWarnedOf() {
    assertThat(warnings(type("{\"7\":\"" + HASH + "\"}"))).contains("SECURE_BOOT_ONLY");
    assertThat(warnings(type("{\"7\":\"" + HASH + "\",\"4\":\"" + "0".repeat(64) + "\"}")))
        .contains("NOTHING_MEASURED")
        .doesNotContain("SECURE_BOOT_ONLY");
  }

  private static List<String> warnings(Answer answer) {
    return answer
        .body()
        .path("warnings")
        .valueStream()
        .map(w -> w.path("code").asString())
        .toList();
  }

  @Test
  void aNameIsTakenOnceAndKeepsItsForm() {
    assertThat(
            api.post("/api/v1/baselines", "{\"name\":\"" + name + "\",\"aspect\":\"image\"}")
                .status())
        .isEqualTo(409);
    assertThat(api.post("/api/v1/baselines", "{\"name\":\"A B\",\"aspect\":\"image\"}").status())
        .isEqualTo(422);
    assertThat(type(HASH, "x".repeat(101)).status()).isEqualTo(422);
  }

  @Test
  void theWordZeroIsTheValueOfAnUntouchedPcr() {
    Answer made = type("{\"12\":\"zero\",\"11\":{\"enter-initrd\":\"" + HASH + "\"}}");
    assertThat(made.body().path("values").path("12").asString()).isEqualTo("0".repeat(64));
    assertThat(type("{\"12\":\"Zero\"}").status()).isEqualTo(422);
  }

  @Test
  void rulesComeBackAsTheyWereTyped() {
    String rules =
        "{\"required\":{\"4\":[\"H1\"]},\"allowed\":{\"4\":[\"H2\",\"H3\"],\"14\":[\"H1\"]},"
            + "\"secureBoot\":{\"authorities\":[\"H1\",\"H2\"],\"forbidden\":[\"H3\"]}}";
    Answer made = rules(rules);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.body().path("values").isEmpty()).isTrue();
    assertThat(made.body().path("rules").toString()).isEqualTo(hashes(rules));
    assertThat(api.get(versions + "/1").body().path("rules").toString()).isEqualTo(hashes(rules));
    // A list leaves them out.
    assertThat(api.get(versions).body().path("items").get(0).has("rules")).isFalse();

    ManagementApi now = api.with("If-Match", "*");
    assertThat(now.post(versions + "/1/publish", "").body().path("rules").toString())
        .isEqualTo(hashes(rules));
  }

  @Test
  void valuesAndRulesTogetherAreOneDemand() {
    Answer made =
        api.post(
            versions,
            hashes(
                "{\"label\":\"1\",\"values\":{\"0\":\"H1\"},"
                    + "\"rules\":{\"allowed\":{\"4\":[\"H2\"]}}}"));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.body().path("values").propertyNames()).containsExactly("0");
    assertThat(made.body().path("rules").path("allowed").propertyNames()).containsExactly("4");
  }

  @Test
  void whatIsRequiredNeedNotBeAllowedToo() {
    Answer made =
        rules("{\"required\":{\"4\":[\"H1\"]},\"allowed\":{\"4\":[\"H1\",\"H2\",\"H2\"]}}");
    assertThat(made.body().path("rules").toString())
        .isEqualTo(hashes("{\"required\":{\"4\":[\"H1\"]},\"allowed\":{\"4\":[\"H2\"]}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{}                                            | /rules",
        "{\"required\":{}}                             | /rules",
        "{\"required\":{\"4\":[]}}                     | /rules/required/4",
        "{\"required\":{\"4\":null}}                   | /rules/required/4",
        "{\"required\":{\"4\":[null]}}                 | /rules/required/4/0",
        "{\"required\":{\"4\":[\"H1\",\"x\"]}}         | /rules/required/4/1",
        "{\"allowed\":{\"4\":[\"zero\"]}}              | /rules/allowed/4/0",
        "{\"allowed\":{\"10\":[\"H1\"]}}               | /rules/allowed/10",
        "{\"allowed\":{\"11\":[\"H1\"]}}               | /rules/allowed/11",
        "{\"allowed\":{\"23\":[\"H1\"]}}               | /rules/allowed/23",
        "{\"allowed\":{\"04\":[\"H1\"]}}               | /rules/allowed/04",
        "{\"secureBoot\":{}}                           | /rules/secureBoot/authorities",
        "{\"secureBoot\":{\"authorities\":[]}}         | /rules/secureBoot/authorities",
        "{\"secureBoot\":{\"authorities\":[\"x\"]}}    | /rules/secureBoot/authorities/0",
        "{\"secureBoot\":{\"authorities\":[\"H1\"],\"forbidden\":[\"x\"]}} | /rules/secureBoot/forbidden/0"
      })
  void rulesThatCannotServeAreInvalidAndPointedAt(String rules, String pointer) {
    Answer answer = rules(rules);
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.body().path("errors").get(0).path("pointer").asString())
        .as(answer.text())
        .isEqualTo(pointer);
    assertThat(api.get(versions).body().path("items").size()).isZero();
  }

  @Test
  void aVersionHoldsAtMost4096Digests() {
    assertThat(rules("{\"allowed\":{\"4\":" + digests(4096) + "}}").status()).isEqualTo(201);
    assertThat(api.get(versions + "/1").body().path("rules").path("allowed").path("4").size())
        .isEqualTo(4096);
    Answer more =
        rules(
            "{\"allowed\":{\"4\":"
                + digests(4096)
                + "},\"secureBoot\":{\"authorities\":[\"H1\"]}}");
    assertThat(more.status()).isEqualTo(422);
    assertThat(more.text()).contains("at most 4096 digests");
  }

  private static String digests(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"" + FleetRows.hash("event " + i).toHex() + "\"")
        .collect(Collectors.joining(",", "[", "]"));
  }

  @Test
  void aRuleOnSecureBootThatForbidsNothingIsWarnedOf() {
    assertThat(warnings(rules("{\"secureBoot\":{\"authorities\":[\"H1\"]}}")))
        .contains("OLD_LOADERS_ALLOWED", "SECURE_BOOT_ONLY");
    assertThat(
            warnings(
                rules(
                    "{\"secureBoot\":{\"authorities\":[\"H1\"],\"forbidden\":[\"H2\"]},"
                        + "\"allowed\":{\"4\":[\"H3\"]}}")))
        .doesNotContain("OLD_LOADERS_ALLOWED", "SECURE_BOOT_ONLY");
  }

  @Test
  void aDraftWithRulesCanBeRemoved() {
    Answer drafted =
        rules("{\"required\":{\"4\":[\"H1\"]},\"secureBoot\":{\"authorities\":[\"H1\"]}}");
    assertThat(api.with("If-Match", drafted.header("ETag")).delete(versions + "/1").status())
        .isEqualTo(204);
  }

  @Test
  void aCaptureNotesTheLogThatCameWithTheEvidence() {
    UUID device = fleet.device(fleet.group());
    Bytes line = Bytes.utf8("/vmlinuz rd.break");
    Bytes log =
        new LogWriter()
            .specId(LogHash.SHA256)
            .event(
                8,
                EventType.IPL.id(),
                LogHash.SHA256,
                line.sha256(),
                Bytes.concat(Bytes.utf8("kernel_cmdline: "), line))
            .toBytes();
    Bytes pcr8 = Pcr.extend(HashAlg.SHA256, Pcr.zero(HashAlg.SHA256), line.sha256());
    fleet.evidence(device, "unlock", Map.of(4, FleetRows.hash("boot"), 8, pcr8), log);

    Answer made = capture(device, "\"pcrs\":[4]");

    assertThat(made.body().path("sourceLog").asString()).isEqualTo(log.sha256().toHex());
    assertThat(warnings(made)).contains("INITRD_SHELL", "MEASURED_BUT_OPEN");
    assertThat(api.get(versions + "/1").body().path("sourceLog").asString())
        .isEqualTo(log.sha256().toHex());

    fleet.evidence(device, "unlock", Map.of(4, FleetRows.hash("boot"), 8, line.sha256()), log);
    assertThat(warnings(capture(device, "\"pcrs\":[4]")))
        .as("of a log that the quoted values do not prove")
        .contains("MEASURED_BUT_OPEN")
        .doesNotContain("INITRD_SHELL");
  }

  private Answer rules(String rules) {
    return api.post(versions, "{\"label\":\"one\",\"rules\":" + hashes(rules) + "}");
  }

  private static String hashes(String json) {
    return json.replace("H1", "1a".repeat(32))
        .replace("H2", "2b".repeat(32))
        .replace("H3", "3c".repeat(32));
  }

  private Answer type(String values) {
    return api.post(versions, "{\"label\":\"one\",\"values\":" + values + "}");
  }

  private Answer type(String value, String label) {
    return api.post(versions, "{\"label\":\"" + label + "\",\"values\":{\"4\":\"" + value + "\"}}");
  }

  private Answer capture(UUID device, String members) {
    return api.post(
        versions,
        "{\"label\":\"one\",\"capture\":{\"device\":\"" + device + "\"," + members + "}}");
  }

  private long revision() {
    return jdbc.sql("select revision from policy_revision").query(Long.class).single();
  }
}
