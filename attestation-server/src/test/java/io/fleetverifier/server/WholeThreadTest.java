// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.bytes.SecretBytes;
import io.fleetverifier.client.AttestationServer;
import io.fleetverifier.client.Attester;
import io.fleetverifier.client.BootLogs;
import io.fleetverifier.client.Outcome;
import io.fleetverifier.client.Pins;
import io.fleetverifier.client.ServerProblemException;
import io.fleetverifier.client.Tpm;
import io.fleetverifier.protocol.EnrolmentState;
import io.fleetverifier.server.device.DeviceLifecycle;
import io.fleetverifier.server.ekcert.VendorRoots;
import io.fleetverifier.server.endorsement.EkDenial.Kind;
import io.fleetverifier.server.endorsement.EkDenials;
import io.fleetverifier.server.endorsement.EkDenials.NewDenial;
import io.fleetverifier.server.endorsement.Rejudging;
import io.fleetverifier.server.home.Home;
import io.fleetverifier.server.keys.AnswerKeys;
import io.fleetverifier.server.testing.PostgresTest;
import io.fleetverifier.testing.Swtpm;
import io.fleetverifier.testing.SwtpmCa;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.HashAlg;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The device SDK against the server, over HTTPS, with a TPM that is none of ours (swtpm). */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {"server.ssl.enabled=true"})
@PostgresTest
class WholeThreadTest {
  private static final Bytes PIN = Bytes.utf8("the volume").sha256();
  private static final List<Integer> MEASURED = List.of(0, 4, 7, 11);

  @TempDir static Path roots;

  @DynamicPropertySource
  static void vendors(DynamicPropertyRegistry registry) {
    registry.add("fv.ek.roots", roots::toString);
  }

  @LocalServerPort int port;
  @Autowired Rejudging rejudging;
  @Autowired EkDenials denials;
  @Autowired Home home;
  @Autowired AnswerKeys answerKeys;
  @Autowired DeviceLifecycle lifecycle;
  @Autowired JdbcClient jdbc;
  @TempDir Path folder;

  private final UUID group = UUID.randomUUID();
  private Swtpm swtpm;
  private AttestationServer server;
  private Attester device;

  @BeforeEach
  void powerOn() throws Exception {
    jdbc.sql("INSERT INTO device_group (id, name) VALUES (:id, :name)")
        .param("id", group)
        .param("name", "g-" + group)
        .update();
    start(Swtpm.start(folder.resolve("tpm")));
  }

  @AfterEach
  void powerOff() {
    server.close();
    swtpm.close();
  }

  @Test
  void aDeviceEnrolsProvisionsUnlocksAndIsRefusedOnceTamperedWithOrRevoked() throws Exception {
    boot("image");
    UUID id = enrol(EkTemplate.L2);
    registerPresentBoot();

    byte[] made;
    try (Outcome pending = device.provision(List.of("root"))) {
      assertThat(pending.reasons()).isEmpty();
      made = reveal(pending);
    }
    assertThat(device.confirm(Map.of("root", PIN)).isTrusted()).isTrue();

    for (Runnable reboot : List.<Runnable>of(swtpm::reset, swtpm::restart)) {
      reboot.run();
      boot("image");
      try (Outcome unlocked = device.unlock(Map.of("root", PIN))) {
        assertThat(unlocked.reasons()).isEmpty();
        assertThat(reveal(unlocked)).isEqualTo(made);
      }
    }

    swtpm.extend(11, Bytes.utf8("leave-initrd"));
    refused("WRONG_PHASE");
    swtpm.reset();
    boot("another image");
    refused("PCR_MISMATCH");
    swtpm.reset();
    boot("image");
    lifecycle.revoke(id, "test");
    assertThatThrownBy(() -> device.unlock(Map.of("root", PIN)))
        .isInstanceOfSatisfying(
            ServerProblemException.class, e -> assertThat(e.code()).isEqualTo("not-enrolled"));
  }

  /** The TPM has EK certificates, so it shows L-1, L-2 and H-3; each may be the one we know. */
  @Test
  void whicheverEkIsRegisteredTheShareIsSealedToItAndOpens() throws Exception {
    SwtpmCa ca = SwtpmCa.in(folder.resolve("ca"));
    for (EkTemplate known : List.of(EkTemplate.L1, EkTemplate.H3)) {
      powerOff();
      start(Swtpm.startWithEkCertificates(folder.resolve("tpm-" + known.label()), ca));
      boot("image");
      enrol(known);
      registerPresentBoot();
      try (Outcome pending = device.provision(List.of("root"))) {
        assertThat(pending.reasons()).isEmpty();
        assertThat(reveal(pending)).hasSize(32);
      }
    }
  }

  /** The TPM brings its certificates and the CA between them and the root by itself. */
  @Test
  void aCertifiedDeviceJoinsByATokenAndGetsNothingWhileItsCaIsDenied() throws Exception {
    SwtpmCa ca = SwtpmCa.in(folder.resolve("ca"));
    powerOff();
    start(Swtpm.startWithEkCertificates(folder.resolve("certified"), ca));
    boot("image");
    Files.write(roots.resolve("root.der"), ca.root().getEncoded());
    rejudging.round();
    assertThatThrownBy(() -> device.enrol("shop", joinToken()))
        .isInstanceOfSatisfying(
            ServerProblemException.class, e -> assertThat(e.code()).isEqualTo("enrolment-refused"));

    swtpm.defineNvIndex(0x01c00100, ca.intermediates().getFirst());
    var result = device.enrol("shop", joinToken());
    assertThat(result.state()).isEqualTo(EnrolmentState.ENROLLED);
    assertThat(
            jdbc.sql(
                    """
                    SELECT t.genuine || ' ' || e.template FROM tpm t JOIN ek e ON e.fingerprint = t.sealing_ek
                     WHERE t.device_id = :device
                    """)
                .param("device", result.deviceId())
                .query(String.class)
                .single())
        .isEqualTo("endorsed H-3");
    registerPresentBoot();
    try (Outcome pending = device.provision(List.of("root"))) {
      assertThat(pending.reasons()).isEmpty();
    }
    assertThat(device.confirm(Map.of("root", PIN)).isTrusted()).isTrue();

    String issuer = VendorRoots.fingerprint(ca.issuer()).toHex();
    UUID denial =
        denials
            .add(
                "test", new NewDenial(Kind.AUTHORITY, issuer, null, null, null, null, null, "test"))
            .id();
    refused("EK_DENIED");
    denials.remove("test", denial);

    try (Outcome unlocked = device.unlock(Map.of("root", PIN))) {
      assertThat(unlocked.reasons()).isEmpty();
      assertThat(reveal(unlocked)).hasSize(32);
    }
  }

  private String joinToken() {
    String text = "fvj_" + UUID.randomUUID();
    jdbc.sql(
            """
            INSERT INTO join_token (id, hash, group_id, uses, expires_at, created_by)
            VALUES (gen_random_uuid(), :hash, :group, 1, now() + interval '1 day', 'test')
            """)
        .param("hash", Bytes.utf8(text).sha256().toArray())
        .param("group", group)
        .update();
    return text;
  }

  private void start(Swtpm started) throws Exception {
    swtpm = started;
    Pins pins = pins();
    server = new AttestationServer(pins);
    device =
        new Attester(
            () -> Tpm.open(swtpm.address()), server, pins, BootLogs.none(), new SecureRandom());
  }

  private Pins pins() throws Exception {
    try (InputStream pem = Files.newInputStream(home.tls().resolve("ca.pem"))) {
      X509Certificate ca =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
      return new Pins(
          List.of(URI.create("https://127.0.0.1:" + port)),
          List.of(ca),
          List.of(answerKeys.all().getFirst().publicPoint()));
    }
  }

  private void boot(String image) {
    for (int pcr = 0; pcr < 8; pcr++) {
      swtpm.extend(pcr, Bytes.utf8("measured into " + pcr));
    }
    swtpm.extend(11, Bytes.utf8(image));
  }

  private UUID enrol(EkTemplate known) {
    try (Tpm tpm = Tpm.open(swtpm.address())) {
      jdbc.sql(
              "INSERT INTO ek_registration (fingerprint, group_id, created_by) VALUES (:f, :g, 'test')")
          .param("f", tpm.ekArea(known).subjectPublicKeyInfo().sha256().toArray())
          .param("g", group)
          .update();
    }
    var result = device.enrol("shop", null);
    assertThat(result.state()).isEqualTo(EnrolmentState.ENROLLED);
    assertThat(device.enrol("shop", null).deviceId()).isEqualTo(result.deviceId());
    return result.deviceId();
  }

  /** What the TPM holds now becomes a baseline of the group. */
  private void registerPresentBoot() {
    UUID baseline = UUID.randomUUID();
    UUID version = UUID.randomUUID();
    jdbc.sql("DELETE FROM binding WHERE group_id = :g").param("g", group).update();
    jdbc.sql("INSERT INTO baseline (id, name, aspect, created_by) VALUES (:b, :n, 'image', 'test')")
        .param("b", baseline)
        .param("n", "b-" + baseline)
        .update();
    jdbc.sql(
            """
            INSERT INTO baseline_version (id, baseline_id, number, label, state, origin, created_by)
            VALUES (:v, :b, 1, '1', 'draft', 'typed', 'test')
            """)
        .param("v", version)
        .param("b", baseline)
        .update();
    try (Tpm tpm = Tpm.open(swtpm.address())) {
      tpm.pcrRead(HashAlg.SHA256, MEASURED)
          .values()
          .forEach((pcr, value) ->
              jdbc.sql(
                      "INSERT INTO reference_value (version_id, pcr, value) VALUES (:v, :pcr, :value)")
                  .param("v", version)
                  .param("pcr", pcr)
                  .param("value", value.toArray())
                  .update());
    }
    jdbc.sql("UPDATE baseline_version SET state = 'published', published_at = now() WHERE id = :v")
        .param("v", version)
        .update();
    jdbc.sql(
            """
            INSERT INTO acceptance (id, version_id, group_id, valid_from, created_by)
            VALUES (gen_random_uuid(), :v, :g, now() - interval '1 hour', 'test')
            """)
        .param("v", version)
        .param("g", group)
        .update();
    jdbc.sql(
            """
            INSERT INTO binding (id, group_id, baseline_id, purposes, created_by)
            VALUES (gen_random_uuid(), :g, :b, '{provision,unlock,report}', 'test')
            """)
        .param("g", group)
        .param("b", baseline)
        .update();
  }

  private void refused(String reason) {
    try (Outcome outcome = device.unlock(Map.of("root", PIN))) {
      assertThat(outcome.isTrusted()).isFalse();
      assertThat(outcome.reasons()).containsExactly(reason);
      assertThat(outcome.secrets()).isEmpty();
    }
  }

  private static byte[] reveal(Outcome outcome) {
    SecretBytes secret = Objects.requireNonNull(outcome.secrets().get("root"));
    return secret.revealBytes();
  }
}
