// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.EnrolmentRequest;
import io.fleetverifier.protocol.EnrolmentResult;
import io.fleetverifier.protocol.EnrolmentState;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.ekcert.EkCertificate;
import io.fleetverifier.server.ekcert.TestCa;
import io.fleetverifier.server.ekcert.VendorRoots;
import io.fleetverifier.server.endorsement.Rejudging;
import io.fleetverifier.server.endorsement.VendorFolder;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import io.fleetverifier.server.testing.Replica;
import io.fleetverifier.server.trust.Reevaluation;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.TpmuPublicId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** Devices whose TPM a vendor vouches for, from the first message to the loss of the level. */
@ManagementApiTest
class EndorsedEnrolmentTest {
  private static final Path FOLDER = folder();
  private static final TestCa ROOT = TestCa.root();
  private static final TestCa CA = ROOT.below();

  @DynamicPropertySource
  static void roots(DynamicPropertyRegistry registry) {
    registry.add("fv.ek.roots", FOLDER::toString);
  }

  @Autowired EnrolmentService service;
  @Autowired ManagementApi plane;
  @Autowired Rejudging rejudging;
  @Autowired Reevaluation reevaluation;
  @Autowired VendorFolder vendors;
  @Autowired JdbcClient jdbc;

  private final EnrollingTpm tpm = EnrollingTpm.fresh();
  private ManagementApi api;
  private FleetRows rows;
  private UUID group;

  @BeforeEach
  void oneVendorIsTrusted() {
    api = plane.as(Role.SECURITY_ENGINEER);
    rows = new FleetRows(jdbc);
    group = rows.group(false, true, true);
    trust("root.pem", ROOT);
  }

  @AfterEach
  void nobodyIsDeniedOrTrusted() {
    api.get("/api/v1/ek-denials")
        .body()
        .path("items")
        .forEach(denial -> api.delete("/api/v1/ek-denials/" + denial.path("id").asString()));
    try (Stream<Path> files = Files.list(FOLDER)) {
      files.toList().forEach(EndorsedEnrolmentTest::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    rejudging.round();
  }

  // Admission.

  @Test
  void anEndorsedDeviceWithAJoinTokenIsAdmittedWhereUnprovenOnesAreNot() {
    UUID device = enrolled(Map.of(EkTemplate.L2, certificate(ROOT)), List.of());

    assertThat(rows.device(tpm.akName()))
        .containsEntry("genuine", "endorsed")
        .containsEntry("ours", "join-token")
        .containsEntry("sealing_ek", "L-2");
    JsonNode ek = ek(device, "L-2");
    assertThat(ek.path("genuine").asString()).isEqualTo("endorsed");
    assertThat(ek.path("endorsement").path("manufacturer").asString()).isEqualTo("IFX");
    assertThat(ek.path("endorsement").path("model").asString()).isEqualTo("SLB 9999");
    assertThat(ek.path("endorsement").path("version").asString()).isEqualTo("00070001");
    assertThat(ek.path("endorsement").path("path").get(0).path("subject").asString())
        .contains("CN=Test Root");
    assertThat(trustRow(device).path("genuine").asString()).isEqualTo("endorsed");
    refused(EnrollingTpm.fresh(), Map.of(), List.of(), "NOT_ADMITTED");
  }

  @Test
  void anEndorsedDeviceWithoutATokenWaitsAndTheQueueTellsItsMaker() {
    EnrolmentResult result =
        prove(tpm, request(tpm, null, Map.of(EkTemplate.L2, certificate(ROOT)), List.of()));

    assertThat(result.state()).isEqualTo(EnrolmentState.PENDING);
    JsonNode waiting = waiting(result.deviceId());
    assertThat(waiting.path("eks").toString())
        .contains("\"genuine\":\"endorsed\"", "\"manufacturer\":\"IFX\"");
    Answer approved =
        plane
            .as(Role.OPERATOR)
            .post(
                "/api/v1/waiting/" + result.deviceId() + "/approve",
                "{\"ekCode\":\"" + tpm.ekCode() + "\",\"group\":\"" + groupName() + "\"}");
    assertThat(approved.status()).as(approved.text()).isEqualTo(200);
    assertThat(rows.device(tpm.akName())).containsEntry("genuine", "endorsed");
  }

  @Test
  void intermediatesThatTheDeviceSendsAreUsedAndKept() {
    UUID device = enrolled(Map.of(EkTemplate.L2, certificate(CA)), List.of(CA.der()));

    trust("another.pem", TestCa.root("CN=Another"));
    rejudging.round();

    assertThat(ek(device, "L-2").path("endorsement").path("path").size()).isEqualTo(2);
    assertThat(trustRow(device).path("genuine").asString()).isEqualTo("endorsed");
  }

  /** must-fail 7: the certificate of A with the public area of B. */
  @Test
  void theCertificateOfAnotherTpmEndsTheEnrolmentAtOnce() {
    EnrollingTpm good = EnrollingTpm.fresh();
    Bytes certificate = certificate(ROOT, good, EkTemplate.L2, leaf -> {});

    assertThatThrownBy(
            () -> service.begin(request(tpm, null, Map.of(EkTemplate.L2, certificate), List.of())))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.members()).containsEntry("reason", "EK_CERTIFICATE_MISMATCH"));
  }

  /** What only looks like a vendor's word, and what becomes of it. */
  enum Lookalike {
    SELF_SIGNED("UNTRUSTED_ISSUER"),
    OF_AN_UNKNOWN_CA("UNTRUSTED_ISSUER"),
    WITHOUT_ITS_INTERMEDIATE("UNTRUSTED_ISSUER"),
    FOR_ANOTHER_USE("NOT_AN_EK"),
    OF_A_CA("IS_CA"),
    OF_ANOTHER_MAKER("MANUFACTURER"),
    NOT_YET_VALID("NOT_YET_VALID"),
    NOT_DER("NOT_A_CERTIFICATE"),
    WITH_SOMETHING_BEHIND_IT("TRAILING_DATA");

    private final String code;

    Lookalike(String code) {
      this.code = code;
    }
  }

  private Bytes lookalike(Lookalike kind, EnrollingTpm of) {
    return switch (kind) {
      case SELF_SIGNED -> certificate(TestCa.root("CN=Self"), of, EkTemplate.L2, leaf -> {});
      case OF_AN_UNKNOWN_CA -> certificate(TestCa.root(), of, EkTemplate.L2, leaf -> {});
      case WITHOUT_ITS_INTERMEDIATE -> certificate(CA, of, EkTemplate.L2, leaf -> {});
      case FOR_ANOTHER_USE ->
          certificate(ROOT, of, EkTemplate.L2, leaf -> leaf.extendedUsage = "2.23.133.8.3");
      case OF_A_CA ->
          certificate(
              ROOT, of, EkTemplate.L2, leaf -> leaf.constraints = new BasicConstraints(true));
      case OF_ANOTHER_MAKER ->
          certificate(ROOT, of, EkTemplate.L2, leaf -> leaf.manufacturer = "id:414D4400");
      case NOT_YET_VALID ->
          certificate(
              ROOT, of, EkTemplate.L2, leaf -> leaf.begin = Instant.now().plusSeconds(86_400));
      case NOT_DER -> Bytes.utf8("-----BEGIN CERTIFICATE-----");
      case WITH_SOMETHING_BEHIND_IT ->
          Bytes.concat(certificate(ROOT, of, EkTemplate.L2, leaf -> {}), Bytes.fromHex("3001"));
    };
  }

  /** must-fail 10: it counts as no certificate at all, and operators see why. */
  @ParameterizedTest
  @EnumSource(Lookalike.class)
  void aLookalikeMakesNoDeviceEndorsed(Lookalike kind) {
    Map<EkTemplate, Bytes> certificates = Map.of(EkTemplate.L2, lookalike(kind, tpm));
    refused(tpm, certificates, List.of(), "NOT_ADMITTED");

    UUID lax = rows.group(true, true, false);
    EnrolmentResult taken =
        prove(tpm, request(tpm, rows.joinToken(lax, 1), certificates, List.of()));

    assertThat(rows.device(tpm.akName())).containsEntry("genuine", "unproven");
    JsonNode endorsement = ek(taken.deviceId(), "L-2").path("endorsement");
    assertThat(endorsement.path("verdict").asString()).isEqualTo("refused");
    assertThat(endorsement.path("code").asString()).isEqualTo(kind.code);
    assertThat(endorsement.path("text").asString()).isNotEmpty();
  }

  @Test
  void aCertificatePastItsEndEndorsesWithAFinding() {
    Bytes expired =
        certificate(ROOT, tpm, EkTemplate.L2, leaf -> leaf.end = Instant.now().minusSeconds(60));

    UUID device = enrolled(Map.of(EkTemplate.L2, expired), List.of());

    assertThat(ek(device, "L-2").path("endorsement").path("findings").toString())
        .contains("EXPIRED");
  }

  /** A genuine TPM's certified key beside a key of the attacker's own making. */
  @Test
  void secretsAreSealedToTheCertifiedKeyAndNeverToOneBesideIt() {
    enrolled(Map.of(EkTemplate.L1, certificate(ROOT, tpm, EkTemplate.L1, leaf -> {})), List.of());

    assertThat(rows.device(tpm.akName()))
        .containsEntry("sealing_ek", "L-1")
        .containsEntry("genuine", "endorsed");
  }

  @Test
  void aRegisteredDeviceWithAnOddCertificateIsTakenAllTheSame() {
    rows.register(tpm.fingerprint(EkTemplate.L2), group);

    EnrolmentResult result =
        prove(
            tpm,
            request(
                tpm, null, Map.of(EkTemplate.L2, lookalike(Lookalike.NOT_DER, tpm)), List.of()));

    assertThat(result.state()).isEqualTo(EnrolmentState.ENROLLED);
    assertThat(rows.device(tpm.akName())).containsEntry("genuine", "registered");
  }

  // Judged again.

  @Test
  void anIntermediateThatComesLaterEndorsesAndARootThatGoesTakesItAway() {
    UUID lax = rows.group(true, true, false);
    UUID device =
        prove(
                tpm,
                request(
                    tpm,
                    rows.joinToken(lax, 1),
                    Map.of(EkTemplate.L1, certificate(CA, tpm, EkTemplate.L1, leaf -> {})),
                    List.of()))
            .deviceId();
    assertThat(rows.device(tpm.akName())).containsEntry("sealing_ek", "L-2");

    trust("issuer.pem", CA);
    rejudging.round();

    assertThat(rows.device(tpm.akName()))
        .containsEntry("genuine", "endorsed")
        .containsEntry("sealing_ek", "L-1");
    assertThat(refusal(device)).isEmpty();

    delete(FOLDER.resolve("root.pem"));
    rejudging.round();

    assertThat(rows.device(tpm.akName())).containsEntry("genuine", "unproven");
    assertThat(refusal(device)).isEmpty();
    assertThat(reasons(device)).doesNotContain("EK_NOT_ENDORSED");
    move(device);
    assertThat(refusal(device)).isEqualTo("EK_NOT_ENDORSED");
    assertThat(reasons(device)).contains("EK_NOT_ENDORSED");

    trust("root.pem", ROOT);
    rejudging.round();

    assertThat(refusal(device)).isEmpty();
    assertThat(reasons(device)).doesNotContain("EK_NOT_ENDORSED");
  }

  /** Else a lax group would be the way into every other one. */
  @Test
  void aTpmThatNothingProvesCountsOnlyWhereTheGroupTakesSuch() {
    String token = rows.joinToken(rows.group(true, true, false), 1);
    UUID device = prove(tpm, request(tpm, token, Map.of(), List.of())).deviceId();
    assertThat(refusal(device)).isEmpty();
    assertThat(reasons(device)).doesNotContain("EK_NOT_ENDORSED");

    move(device);

    assertThat(refusal(device)).isEqualTo("EK_NOT_ENDORSED");
    assertThat(reasons(device)).contains("EK_NOT_ENDORSED");
  }

  @Test
  void theKeyThatSecretsAreSealedToStaysWhileThereAreSecrets() {
    UUID lax = rows.group(true, true, false);
    Map<EkTemplate, Bytes> certificates =
        Map.of(EkTemplate.L1, certificate(CA, tpm, EkTemplate.L1, leaf -> {}));
    UUID device =
        prove(tpm, request(tpm, rows.joinToken(lax, 1), certificates, List.of())).deviceId();
    UUID secret = UUID.randomUUID();
    jdbc.sql("INSERT INTO secret (id, device_id, volume) VALUES (:id, :device, 'root')")
        .param("id", secret)
        .param("device", device)
        .update();
    jdbc.sql(
            """
            INSERT INTO secret_version (secret_id, version, state, ciphertext, data_key, kek_id, sealing_ek_name)
            SELECT :secret, 1, 'pending', name, name, 'test', name FROM ek WHERE fingerprint = :sealing
            """)
        .param("secret", secret)
        .param("sealing", tpm.fingerprint(EkTemplate.L2).toArray())
        .update();

    trust("issuer.pem", CA);
    rejudging.round();

    assertThat(rows.device(tpm.akName()))
        .containsEntry("genuine", "unproven")
        .containsEntry("sealing_ek", "L-2");
    assertThat(ek(device, "L-1").path("genuine").asString()).isEqualTo("endorsed");
  }

  /** One that learns late of a new folder finds what it enrolled by the old one. */
  @Test
  void whatAnotherServerEnrolsByAFolderThatIsGoneIsFoundWhenItLooks() {
    try (Replica other = Replica.start(Map.of("fv.ek.roots", FOLDER.toString()))) {
      delete(FOLDER.resolve("root.pem"));
      rejudging.round();
      EnrolmentService there = other.get(EnrolmentService.class);
      EnrolmentRequest request =
          request(
              tpm, rows.joinToken(group, 1), Map.of(EkTemplate.L2, certificate(ROOT)), List.of());
      UUID device = there.prove(tpm.prove(there.begin(request)), FleetRows.anyAddress()).deviceId();
      assertThat(refusal(device)).isEmpty();

      other.get(Rejudging.class).round();

      assertThat(refusal(device)).isEqualTo("EK_NOT_ENDORSED");
    }
  }

  @Test
  void whatItsVendorRevokesEnrolsOnNoGroundAndIsTrustedNoMore() throws Exception {
    Bytes certificate = certificate(ROOT);
    UUID device = enrolled(Map.of(EkTemplate.L2, certificate), List.of());
    EnrollingTpm another = EnrollingTpm.fresh();
    Bytes theirs = certificate(ROOT, another, EkTemplate.L2, leaf -> {});
    Files.write(
        FOLDER.resolve("revoked.crl"),
        ROOT.revocations(
                Instant.now().plusSeconds(86_400),
                EkCertificate.read(certificate).x509(),
                EkCertificate.read(theirs).x509())
            .getEncoded());

    rejudging.round();

    assertThat(refusal(device)).isEqualTo("EK_REVOKED");
    assertThat(reasons(device)).contains("EK_REVOKED");
    assertThat(ek(device, "L-2").path("endorsement").path("code").asString()).isEqualTo("REVOKED");
    rows.register(another.fingerprint(EkTemplate.L2), group);
    refused(another, Map.of(EkTemplate.L2, theirs), List.of(), "EK_REVOKED");
  }

  /** A name is what whoever made the certificate wrote into it. */
  @Test
  void aNameWithCharactersThatNoTextTakesEndsNoJudging() {
    TestCa odd = TestCa.root("CN=Odd\\00\\1BName");
    UUID lax = rows.group(true, true, false);
    Map<EkTemplate, Bytes> certificates =
        Map.of(EkTemplate.L2, certificate(odd, tpm, EkTemplate.L2, leaf -> leaf.model = "a\0b"));
    UUID device =
        prove(tpm, request(tpm, rows.joinToken(lax, 1), certificates, List.of())).deviceId();

    trust("another.pem", TestCa.root("CN=Another"));
    rejudging.round();

    JsonNode found = ek(device, "L-2").path("endorsement");
    assertThat(found.path("code").asString()).isEqualTo("UNTRUSTED_ISSUER");
    assertThat(found.toString()).doesNotContain("\\u0000", "\\u001");
  }

  @Test
  void oneTpmThatCannotBeJudgedKeepsNoOtherFromItAndIsNotPassedOver() {
    io.fleetverifier.server.testing.FleetRows others =
        new io.fleetverifier.server.testing.FleetRows(jdbc);
    UUID broken = others.device(others.group());
    jdbc.sql(
            """
            UPDATE ek SET endorsement = '{"verdict":"of a later version"}'
             WHERE tpm_id = (SELECT id FROM tpm WHERE device_id = :device)
            """)
        .param("device", broken)
        .update();
    Bytes certificate = certificate(ROOT);
    UUID device = enrolled(Map.of(EkTemplate.L2, certificate), List.of());
    try {
      Answer added = api.post("/api/v1/ek-denials", denial(Denied.FIRMWARE, certificate));
      assertThat(added.status()).isEqualTo(503);
      assertThat(refusal(device)).isEqualTo("EK_DENIED");
      assertThat(api.post("/api/v1/ek-denials", denial(Denied.FIRMWARE, certificate)).status())
          .isEqualTo(503);
    } finally {
      jdbc.sql("UPDATE device SET lifecycle = 'retired', ended_at = now() WHERE id = :id")
          .param("id", broken)
          .update();
    }
    assertThat(api.post("/api/v1/ek-denials", denial(Denied.FIRMWARE, certificate)).status())
        .isEqualTo(409);
  }

  @Test
  void aFileThatCannotBeReadTakesNoRootAway() throws IOException {
    UUID device = enrolled(Map.of(EkTemplate.L2, certificate(ROOT)), List.of());

    Files.writeString(FOLDER.resolve("broken.pem"), "no certificate");
    delete(FOLDER.resolve("root.pem"));
    rejudging.round();

    assertThat(vendors.fault()).hasValueSatisfying(f -> assertThat(f).contains("broken.pem"));
    JsonNode shown = api.get("/api/v1/ek-roots").body();
    assertThat(shown.path("fault").asString()).contains("broken.pem");
    assertThat(shown.path("items").toString()).contains("CN=Test Root");
    assertThat(refusal(device)).isEmpty();

    delete(FOLDER.resolve("broken.pem"));
    rejudging.round();

    assertThat(vendors.fault()).isEmpty();
    assertThat(refusal(device)).isEqualTo("EK_NOT_ENDORSED");
  }

  @Test
  void twoServersJudgeAlikeAndDoNotTakeTurns() throws Exception {
    UUID device = enrolled(Map.of(EkTemplate.L2, certificate(ROOT)), List.of());
    try (Replica other = Replica.start(Map.of("fv.ek.roots", FOLDER.toString()))) {
      Rejudging there = other.get(Rejudging.class);
      there.round();
      delete(FOLDER.resolve("root.pem"));
      List<Object> done =
          atOnce(
              List.of(
                  () -> {
                    rejudging.round();
                    return "here";
                  },
                  () -> {
                    there.round();
                    return "there";
                  }));
      assertThat(done).containsExactly("here", "there");
      assertThat(refusal(device)).isEqualTo("EK_NOT_ENDORSED");

      long edits = edits();
      for (int i = 0; i < 3; i++) {
        rejudging.round();
        there.round();
      }
      assertThat(edits()).isEqualTo(edits);
    }
  }

  // The deny list.

  /** What can be denied, each as a request of its own. */
  enum Denied {
    EK,
    CERTIFICATE,
    AUTHORITY,
    FIRMWARE
  }

  private String denial(Denied kind, Bytes certificate) {
    X509Certificate x509 = EkCertificate.read(certificate).x509();
    return switch (kind) {
      case EK ->
          "{\"kind\":\"ek\",\"fingerprint\":\"" + tpm.fingerprint(EkTemplate.L2).toHex() + "\"}";
      case CERTIFICATE ->
          "{\"kind\":\"certificate\",\"issuer\":\""
              + x509.getIssuerX500Principal().getName(X500Principal.RFC2253)
              + "\",\"serial\":\"00"
              + x509.getSerialNumber().toString(16)
              + "\"}";
      case AUTHORITY ->
          "{\"kind\":\"authority\",\"fingerprint\":\""
              + VendorRoots.fingerprint(ROOT.certificate()).toHex()
              + "\"}";
      case FIRMWARE ->
          "{\"kind\":\"firmware\",\"manufacturer\":\"IFX\",\"firstVersion\":\"70000\",\"lastVersion\":\"7FFFF\"}";
    };
  }

  @ParameterizedTest
  @EnumSource(Denied.class)
  void whatIsDeniedIsNotTrustedAndEnrolsOnNoGround(Denied kind) {
    Bytes certificate = certificate(ROOT);
    UUID device = enrolled(Map.of(EkTemplate.L2, certificate), List.of());

    Answer added = api.post("/api/v1/ek-denials", denial(kind, certificate));

    assertThat(added.status()).as(added.text()).isEqualTo(201);
    assertThat(refusal(device)).isEqualTo("EK_DENIED");
    assertThat(reasons(device)).contains("EK_DENIED");
    assertThat(ek(device, "L-2").path("endorsement").path("code").asString()).isEqualTo("DENIED");
    if (kind == Denied.AUTHORITY || kind == Denied.FIRMWARE) {
      EnrollingTpm another = EnrollingTpm.fresh();
      rows.register(another.fingerprint(EkTemplate.L2), group);
      refused(
          another,
          Map.of(EkTemplate.L2, certificate(ROOT, another, EkTemplate.L2, leaf -> {})),
          List.of(),
          "EK_DENIED");
    }

    String path = "/api/v1/ek-denials/" + added.body().path("id").asString();
    assertThat(api.delete(path).status()).isEqualTo(204);
    assertThat(refusal(device)).isEmpty();
    assertThat(reasons(device)).doesNotContain("EK_DENIED");
    assertThat(api.delete(path).status()).isEqualTo(404);
  }

  /** A software TPM calls its maker 00001014, which is no word. */
  @Test
  void aMakerWhoseIdentifierIsNoWordIsDeniedAsItIsShown() {
    TestCa nameless = TestCa.root("CN=Another");
    trust("another.pem", nameless);
    Bytes certificate =
        certificate(nameless, tpm, EkTemplate.L2, leaf -> leaf.manufacturer = "id:0000beef");
    UUID device = enrolled(Map.of(EkTemplate.L2, certificate), List.of());
    String shown = ek(device, "L-2").path("endorsement").path("manufacturer").asString();

    Answer added =
        api.post(
            "/api/v1/ek-denials",
            "{\"kind\":\"firmware\",\"manufacturer\":\""
                + shown
                + "\",\"firstVersion\":\"0\",\"lastVersion\":\"ffffffff\"}");

    assertThat(added.status()).as(added.text()).isEqualTo(201);
    assertThat(refusal(device)).isEqualTo("EK_DENIED");
  }

  @Test
  void aDeniedKeyWithoutACertificateEnrolsOnNoGroundNotEvenRegistered() {
    rows.register(tpm.fingerprint(EkTemplate.L1), group);
    api.post("/api/v1/ek-denials", denial(Denied.EK, certificate(ROOT)));

    refused(tpm, Map.of(), List.of(), "EK_DENIED");
    assertThatRefused(() -> prove(tpm, request(tpm, null, Map.of(), List.of())), "EK_DENIED");
    assertThat(rows.device(tpm.akName())).isEmpty();
  }

  @Test
  void whereNobodyWaitsTheQueueIsEmpty() {
    jdbc.sql("DELETE FROM waiting_enrolment").update();

    Answer queue = api.get("/api/v1/waiting");

    assertThat(queue.status()).as(queue.text()).isEqualTo(200);
    assertThat(queue.body().path("items").isEmpty()).isTrue();
  }

  @Test
  void whoIsDeniedWhileItWaitsIsNotApproved() {
    UUID waiting =
        prove(tpm, request(tpm, null, Map.of(EkTemplate.L2, certificate(ROOT)), List.of()))
            .deviceId();
    api.post("/api/v1/ek-denials", denial(Denied.FIRMWARE, certificate(ROOT)));

    assertThat(waiting(waiting).path("eks").toString()).contains("\"code\":\"DENIED\"");
    Answer approved =
        plane
            .as(Role.OPERATOR)
            .post(
                "/api/v1/waiting/" + waiting + "/approve",
                "{\"ekCode\":\"" + tpm.ekCode() + "\",\"group\":\"" + groupName() + "\"}");
    assertThat(approved.status()).isEqualTo(409);
    assertThat(approved.body().path("reason").asString()).isEqualTo("EK_DENIED");
    assertThat(rows.device(tpm.akName())).isEmpty();
  }

  @Test
  void whatIsDeniedOrNoMoreIsOnRecordInWords() {
    Answer added = api.post("/api/v1/ek-denials", denial(Denied.FIRMWARE, certificate(ROOT)));
    String id = added.body().path("id").asString();
    api.delete("/api/v1/ek-denials/" + id);

    List<@Nullable String> details =
        jdbc.sql("SELECT detail FROM audit_event WHERE subject = :subject ORDER BY id")
            .param("subject", "ek-denial/" + id)
            .query(String.class)
            .list();

    assertThat(details).hasSize(2);
    assertThat(details).allSatisfy(detail -> assertThat(detail).contains("IFX", "firmware"));
  }

  @Test
  void theDenyListEndsAtTenThousand() {
    jdbc.sql(
            """
            INSERT INTO ek_denial (id, kind, fingerprint, created_by)
            SELECT gen_random_uuid(), 'ek', sha256(CAST('full ' || i AS bytea)), 'test'
              FROM generate_series(1, 10000) i
            """)
        .update();
    try {
      Answer answer = api.post("/api/v1/ek-denials", denial(Denied.EK, certificate(ROOT)));
      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.body().path("detail").asString()).contains("10000");
      enrolled(Map.of(EkTemplate.L2, certificate(ROOT)), List.of());
    } finally {
      jdbc.sql("DELETE FROM ek_denial WHERE created_by = 'test'").update();
    }
  }

  @Test
  void anEntryIsKeptInOneSpelling() {
    JsonNode certificate =
        api.post(
                "/api/v1/ek-denials",
                "{\"kind\":\"certificate\",\"issuer\":\"CN=x, O=y\",\"serial\":\"-00AB\"}")
            .body();
    assertThat(certificate.path("issuer").asString()).isEqualTo("CN=x,O=y");
    assertThat(certificate.path("serial").asString()).isEqualTo("-ab");
    JsonNode firmware =
        api.post(
                "/api/v1/ek-denials",
                "{\"kind\":\"firmware\",\"manufacturer\":\"ifx\",\"firstVersion\":\"728\",\"lastVersion\":\"0728\"}")
            .body();
    assertThat(firmware.path("manufacturer").asString()).isEqualTo("IFX");
    assertThat(firmware.path("firstVersion")).isEqualTo(firmware.path("lastVersion"));
    String spaces =
        "{\"kind\":\"firmware\",\"manufacturer\":\"I X\",\"firstVersion\":\"1\",\"lastVersion\":\"1\"}";
    assertThat(api.post("/api/v1/ek-denials", spaces).status()).isEqualTo(422);
  }

  @Test
  void anEntryOfTheDenyListHasTheMembersOfItsKindAndNoOther() {
    String print = "\"fingerprint\":\"" + "ab".repeat(32) + "\"";
    for (String wrong :
        List.of(
            "{\"kind\":\"ek\"}",
            "{\"kind\":\"all\"}",
            "{\"kind\":\"ek\"," + print + ",\"serial\":\"1\"}",
            "{\"kind\":\"certificate\",\"issuer\":\"CN=x\"}",
            "{\"kind\":\"certificate\",\"issuer\":\"no name\",\"serial\":\"1\"}",
            "{\"kind\":\"certificate\",\"issuer\":\" \",\"serial\":\"1\"}",
            "{\"kind\":\"certificate\",\"issuer\":\"CN=" + ",".repeat(600) + "\",\"serial\":\"1\"}",
            "{\"kind\":\"certificate\",\"issuer\":\"CN=\\\""
                + ",".repeat(600)
                + "\\\"\",\"serial\":\"1\"}",
            "{\"kind\":\"firmware\",\"manufacturer\":\"IFX\",\"firstVersion\":\"2\",\"lastVersion\":\"1\"}",
            "{\"kind\":\"firmware\",\"manufacturer\":\"IFX\",\"firstVersion\":\"x\",\"lastVersion\":\"1\"}")) {
      assertThat(api.post("/api/v1/ek-denials", wrong).status()).as(wrong).isEqualTo(422);
    }
  }

  @Test
  void oneThingIsDeniedOnceHoweverManyAskAtOnce() throws Exception {
    String body = denial(Denied.EK, certificate(ROOT));
    List<Callable<Object>> acts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      acts.add(() -> api.post("/api/v1/ek-denials", body).status());
    }

    List<Object> answers = atOnce(acts);

    assertThat(answers).filteredOn(Integer.valueOf(201)::equals).hasSize(1);
    assertThat(answers).filteredOn(Integer.valueOf(409)::equals).hasSize(7);
  }

  // Rights.

  @Test
  void theServersOwnRoleCanRewriteTheLevelOfAKeyAndNothingElseOfIt() {
    assertThat(jdbc.sql("UPDATE ek SET genuine = genuine WHERE false").update()).isZero();
    for (String forbidden :
        List.of(
            "UPDATE ek SET area = area WHERE false",
            "UPDATE ek SET fingerprint = fingerprint WHERE false",
            "UPDATE ek SET certificate = certificate WHERE false",
            "UPDATE ek SET tpm_id = tpm_id WHERE false",
            "UPDATE ek_denial SET note = note WHERE false",
            "ALTER TABLE tpm DROP CONSTRAINT unproven_is_refused")) {
      assertThatThrownBy(() -> jdbc.sql(forbidden).update())
          .as(forbidden)
          .isInstanceOf(DataAccessException.class)
          .hasStackTraceContaining(
              forbidden.startsWith("ALTER") ? "must be owner" : "permission denied");
    }
  }

  // Help.

  private UUID enrolled(Map<EkTemplate, Bytes> certificates, List<Bytes> intermediates) {
    EnrolmentResult result =
        prove(tpm, request(tpm, rows.joinToken(group, 1), certificates, intermediates));
    assertThat(result.state()).isEqualTo(EnrolmentState.ENROLLED);
    return result.deviceId();
  }

  private void refused(
      EnrollingTpm device, Map<EkTemplate, Bytes> certificates, List<Bytes> more, String reason) {
    String token = rows.joinToken(group, 1);
    assertThatRefused(() -> prove(device, request(device, token, certificates, more)), reason);
    assertThat(rows.used(token)).isZero();
  }

  private static void assertThatRefused(Runnable act, String reason) {
    EnrolmentServiceTest.assertThatRefused(act::run, reason);
  }

  private EnrolmentResult prove(EnrollingTpm device, EnrolmentRequest request) {
    return service.prove(device.prove(service.begin(request)), FleetRows.anyAddress());
  }

  private static EnrolmentRequest request(
      EnrollingTpm device,
      @Nullable String joinToken,
      Map<EkTemplate, Bytes> certificates,
      List<Bytes> intermediates) {
    List<EnrolmentRequest.EndorsementKey> eks =
        device.eks().stream()
            .map(ek ->
                new EnrolmentRequest.EndorsementKey(
                    device.tpm().ek(ek).encode(), certificates.get(ek)))
            .toList();
    return new EnrolmentRequest(
        1, "shop-17", joinToken, device.tpm().ak().encode(), eks, intermediates);
  }

  private Bytes certificate(TestCa by) {
    return certificate(by, tpm, EkTemplate.L2, leaf -> {});
  }

  private static Bytes certificate(
      TestCa by, EnrollingTpm of, EkTemplate ek, Consumer<TestCa.Leaf> change) {
    boolean rsa = of.tpm().ek(ek).unique() instanceof TpmuPublicId.Rsa;
    return by.issue(leaf -> {
      leaf.key = SubjectPublicKeyInfo.getInstance(of.tpm().ek(ek).subjectPublicKeyInfo().toArray());
      leaf.usage = rsa ? KeyUsage.keyEncipherment : KeyUsage.keyAgreement;
      change.accept(leaf);
    });
  }

  /** Into the group that takes none that nothing proves genuine. */
  private void move(UUID device) {
    jdbc.sql("UPDATE device SET group_id = :group WHERE id = :id")
        .param("group", group)
        .param("id", device)
        .update();
  }

  private void trust(String file, TestCa ca) {
    String pem =
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(ca.der().toArray())
            + "\n-----END CERTIFICATE-----\n";
    try {
      Files.writeString(FOLDER.resolve(file), pem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    vendors.refresh();
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("ek-roots");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String groupName() {
    return jdbc.sql("SELECT name FROM device_group WHERE id = :id")
        .param("id", group)
        .query(String.class)
        .single();
  }

  private JsonNode ek(UUID device, String template) {
    for (JsonNode ek :
        api.get("/api/v1/devices/" + device).body().path("tpms").get(0).path("eks")) {
      if (ek.path("template").asString().equals(template)) {
        return ek;
      }
    }
    throw new AssertionError("no EK " + template);
  }

  /** Why the TPM counts no more; empty while it does. */
  private String refusal(UUID device) {
    return api.get("/api/v1/devices/" + device)
        .body()
        .path("tpms")
        .get(0)
        .path("endorsementRefusal")
        .asString("");
  }

  /** After evidence under present policy, and its re-evaluation. */
  private String reasons(UUID device) {
    new io.fleetverifier.server.testing.FleetRows(jdbc)
        .evidence(device, "report", List.of(), Map.of(), Instant.now());
    jdbc.sql("UPDATE device_status SET policy_revision = 0 WHERE device_id = :device")
        .param("device", device)
        .update();
    reevaluation.round();
    return trustRow(device).path("reasonCodes").toString();
  }

  private JsonNode trustRow(UUID device) {
    String name =
        jdbc.sql(
                "SELECT g.name FROM device d JOIN device_group g ON g.id = d.group_id WHERE d.id = :id")
            .param("id", device)
            .query(String.class)
            .single();
    for (JsonNode row : api.get("/api/v1/trust/devices?group=" + name).body().path("items")) {
      if (row.path("deviceId").asString().equals(device.toString())) {
        return row;
      }
    }
    throw new AssertionError("no such device");
  }

  private JsonNode waiting(UUID id) {
    String cursor = "";
    while (true) {
      JsonNode page = api.get("/api/v1/waiting" + cursor).body();
      for (JsonNode row : page.path("items")) {
        if (row.path("id").asString().equals(id.toString())) {
          return row;
        }
      }
      assertThat(page.has("next")).as("it waits").isTrue();
      cursor = "?cursor=" + page.path("next").asString();
    }
  }

  private long edits() {
    return jdbc.sql("SELECT count(*) FROM audit_event WHERE act = 'ek.judge-again'")
        .query(Long.class)
        .single();
  }

  private static List<Object> atOnce(List<Callable<Object>> acts) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(acts.size())) {
      List<Object> answers = new ArrayList<>();
      for (Future<Object> future : threads.invokeAll(acts)) {
        answers.add(future.get());
      }
      return answers;
    }
  }
}
