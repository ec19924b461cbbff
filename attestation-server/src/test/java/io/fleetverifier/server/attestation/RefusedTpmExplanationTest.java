// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.protocol.EnrolmentRequest.EndorsementKey;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.EnrolmentState;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.challenge.ChallengeService;
import io.fleetverifier.server.device.EnrollingTpm;
import io.fleetverifier.server.device.EnrolmentService;
import io.fleetverifier.server.device.FleetRows;
import io.fleetverifier.server.ekcert.TestCa;
import io.fleetverifier.server.endorsement.Rejudging;
import io.fleetverifier.server.keys.AnswerKeys;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import io.fleetverifier.tpm.EkTemplate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** An operator reads why a TPM is refused: one that a vendor vouched for when it enrolled. */
@ManagementApiTest
@Import(Fleet.class)
class RefusedTpmExplanationTest {
  private static final Path FOLDER = folder();
  private static final TestCa ROOT = TestCa.root();
  private static final String DENIED =
      "The TPM is denied: a deny list names firmware 00070001 of the maker IFX.";
  private static final String NOT_ENDORSED =
      "No vendor vouches for the endorsement key that the secrets are sealed to: no path from"
          + " CN=Test Root, O=Infineon Technologies AG to a configured root.";
  private static final String BOOT = "PCR 11 differs; no boot log explains why.";

  @DynamicPropertySource
  static void roots(DynamicPropertyRegistry registry) {
    registry.add("fv.ek.roots", FOLDER::toString);
  }

  @Autowired EnrolmentService enrolments;
  @Autowired ManagementApi plane;
  @Autowired Rejudging rejudging;
  @Autowired JdbcClient jdbc;
  @Autowired ChallengeService challenges;
  @Autowired AnswerKeys answerKeys;
  @Autowired Fleet fleet;

  private ManagementApi api;
  private TestDevice device;

  @BeforeEach
  void aTrustedDeviceWithACertifiedTpm() throws IOException {
    api = plane.as(Role.SECURITY_ENGINEER);
    Files.write(FOLDER.resolve("root.der"), ROOT.der().toArray());
    rejudging.round();
    device = enrolled(new FleetRows(jdbc).group(false, true, true));
    device.boot("1.4");
    fleet.bind(device.group(), fleet.accepted(device, "image", 4, 11));
    assertThat(attest()).contains("\"verdict\":\"trusted\"");
  }

  @AfterEach
  void nobodyIsDenied() {
    api.get("/api/v1/ek-denials")
        .body()
        .path("items")
        .forEach(denial -> api.delete("/api/v1/ek-denials/" + denial.path("id").asString()));
  }

  @Test
  void aDenialAfterTheLastAttestationIsExplained() {
    denyFirmware();

    JsonNode told = explanation();

    assertThat(told.path("verdict").asString()).isEqualTo("untrusted");
    assertThat(told.path("summary").asString()).isEqualTo(DENIED);
    assertThat(told.path("nextStep").asString())
        .isEqualTo("None if that is meant; else remove the entry from the deny list.");
    assertThat(told.path("reasons").size()).isEqualTo(1);
    JsonNode reason = told.path("reasons").get(0);
    assertThat(reason.path("code").asString()).isEqualTo("EK_DENIED");
    JsonNode key = reason.path("endorsementKeys").get(0);
    assertThat(key.path("template").asString()).isEqualTo("L-2");
    assertThat(key.path("code").asString()).isEqualTo("DENIED");
    assertThat(key.path("text").asString()).startsWith("a deny list names firmware");
    assertThat(key.path("manufacturer").asString()).isEqualTo("IFX");
    assertThat(key.path("issuer").asString()).contains("CN=Test Root");
    assertThat(key.path("fingerprint").asString())
        .isEqualTo(device.tpm().ek(EkTemplate.L2).subjectPublicKeyInfo().sha256().toHex());
  }

  @Test
  void theDeviceIsToldACodeAndItsRowTheSentence() {
    denyFirmware();

    String answer = attest();

    assertThat(answer).contains("\"reasons\":[\"EK_DENIED\"]");
    assertThat(answer).doesNotContain("firmware", "IFX", "Root", "explanation");
    assertThat(stored().path("summary").asString()).isEqualTo(DENIED);
    assertThat(stored().path("reasons").get(0).path("endorsementKeys").size()).isEqualTo(1);
  }

  @Test
  void aDenialIsToldBeforeABootThatDiffers() {
    denyFirmware();
    device.boot("1.5");
    assertThat(attest()).contains("PCR_MISMATCH", "EK_DENIED");

    for (JsonNode told : List.of(stored(), explanation())) {
      assertThat(told.path("summary").asString()).isEqualTo(DENIED);
      assertThat(told.path("reasons").findValuesAsString("code"))
          .contains("PCR_MISMATCH", "EK_DENIED");
    }
  }

  @Test
  void aVendorThatIsNoLongerTrustedIsNamedWithWhatToDo() throws IOException {
    distrust();

    JsonNode told = explanation();

    assertThat(told.path("summary").asString()).isEqualTo(NOT_ENDORSED);
    assertThat(told.path("nextStep").asString())
        .isEqualTo(
            "Put that CA into the folder of vendors' CAs if you trust the vendor; else let the group"
                + " accept unproven TPMs, or take the device out of service.");
    assertThat(told.path("reasons").get(0).path("endorsementKeys").get(0).path("code").asString())
        .isEqualTo("UNTRUSTED_ISSUER");
  }

  @Test
  void aBootThatDiffersAndAVendorThatIsNoLongerTrustedAreBothTold() throws IOException {
    distrust();
    device.boot("1.5");
    assertThat(attest()).contains("PCR_MISMATCH", "EK_NOT_ENDORSED");

    for (JsonNode told : List.of(stored(), explanation())) {
      assertThat(told.path("summary").asString()).isEqualTo(BOOT + " " + NOT_ENDORSED);
      assertThat(told.path("nextStep").asString())
          .startsWith("Have the device send its boot log")
          .contains("Put that CA into the folder");
    }
  }

  private void denyFirmware() {
    Answer added =
        api.post(
            "/api/v1/ek-denials",
            "{\"kind\":\"firmware\",\"manufacturer\":\"IFX\",\"firstVersion\":\"70000\",\"lastVersion\":\"7ffff\"}");
    assertThat(added.status()).as(added.text()).isEqualTo(201);
  }

  private void distrust() throws IOException {
    Files.delete(FOLDER.resolve("root.der"));
    rejudging.round();
  }

  private String attest() {
    Answer answer =
        plane.post(
            "/device/v1/attestations",
            WireJson.strict().writeValueAsString(device.report().request()));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.text();
  }

  private JsonNode explanation() {
    Answer answer = api.get("/api/v1/devices/" + device.id() + "/explanation");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.body();
  }

  /** What was said when the last evidence came. */
  private JsonNode stored() {
    return api.get("/api/v1/devices/" + device.id() + "/attestations?limit=1")
        .body()
        .path("items")
        .get(0)
        .path("explanation");
  }

  private TestDevice enrolled(UUID group) {
    EnrollingTpm tpm = EnrollingTpm.fresh();
    String name =
        jdbc.sql("SELECT name FROM device_group WHERE id = :id")
            .param("id", group)
            .query(String.class)
            .single();
    Answer token =
        plane
            .as(Role.OPERATOR)
            .post(
                "/api/v1/join-tokens", "{\"group\":\"" + name + "\",\"uses\":1,\"expiresIn\":60}");
    assertThat(token.status()).as(token.text()).isBetween(200, 201);
    EnrolmentRequest request =
        new EnrolmentRequest(
            1,
            "shop-17",
            token.body().path("token").asString(),
            tpm.tpm().ak().encode(),
            tpm.eks().stream().map(ek -> shown(tpm, ek)).toList(),
            null);
    EnrolmentResult result = enrolments.prove(tpm.prove(enrolments.begin(request)), Attempt.SOURCE);
    assertThat(result.state()).isEqualTo(EnrolmentState.ENROLLED);
    UUID tpmId =
        jdbc.sql("SELECT id FROM tpm WHERE device_id = :device")
            .param("device", result.deviceId())
            .query(UUID.class)
            .single();
    return new TestDevice(jdbc, challenges, answerKeys, result.deviceId(), tpmId, group, tpm.tpm());
  }

  private static EndorsementKey shown(EnrollingTpm tpm, EkTemplate ek) {
    Bytes key = tpm.tpm().ek(ek).subjectPublicKeyInfo();
    return new EndorsementKey(
        tpm.tpm().ek(ek).encode(),
        ek == EkTemplate.L2
            ? ROOT.issue(leaf -> leaf.key = SubjectPublicKeyInfo.getInstance(key.toArray()))
            : null);
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("ek-roots");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
