// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.server.api.PageQuery;
import io.fleetverifier.server.attestation.BootExplanation.OfReason;
import io.fleetverifier.server.attestation.Fleet.Golden;
import io.fleetverifier.server.device.DeviceLifecycle;
import io.fleetverifier.server.problem.ProblemCode;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Untrusted evidence leaves a sentence for operators; the device gets codes. */
@AttestationTest
class BootExplanationsTest {

  private static final Integer[] IMAGE = {4, 11};

  @Autowired AttestationService service;
  @Autowired AttestationHistory history;
  @Autowired Fleet fleet;
  @Autowired JdbcClient jdbc;
  @Autowired DeviceLifecycle lifecycle;

  private BootExplanation last(TestDevice device) {
    return Objects.requireNonNull(stored(device).explanation());
  }

  private StoredAttestation stored(TestDevice device) {
    return history.list(device.id(), new PageQuery(1, null)).items().getFirst();
  }

  private AttestationAnswer report(TestDevice device, Bytes log) {
    return device.report().withLog(LogType.TCG_BOOT, log).sendTo(service);
  }

  @Test
  void theDevicesOwnGoodBootExplainsWhatChanged() {
    TestDevice device = fleet.device(fleet.group());
    Bytes good = device.bootRecorded("a-baseline");
    fleet.bind(device.group(), fleet.accepted(device, "boot-chain", 4));
    fleet.bind(device.group(), fleet.accepted(device, "image", 11));
    assertThat(report(device, good).reasons()).isEmpty();
    assertThat(stored(device).explanation()).isNull();

    AttestationAnswer answer = report(device, device.bootRecorded("b-cmdline"));

    String sentence = "Another image: section .cmdline (the kernel command line) differs.";
    assertThat(last(device).summary()).isEqualTo(sentence);
    assertThat(last(device).nextStep())
        .isEqualTo("Accept the version of this image if it is yours; else install the right one.");
    assertThat(last(device).reasons())
        .hasSize(2)
        .allSatisfy(reason -> {
          assertThat(reason.cause()).isEqualTo(sentence);
          assertThat(reason.comparedWith()).containsExactly("own-boot");
          assertThat(reason.version()).isEqualTo(1);
        });
    BootExplanation.OfPcr image =
        last(device).reasons().stream()
            .map(OfReason::pcrs)
            .filter(Objects::nonNull)
            .map(pcrs -> pcrs.get(11))
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow();
    assertThat(image.status()).isEqualTo("replayed");
    assertThat(Objects.requireNonNull(image.shownEvent()).meaning())
        .isEqualTo("content of section .cmdline");
    assertThat(image.expected()).isNotEqualTo(image.shown());
    assertThat(answer.reasons()).containsExactly("PCR_MISMATCH");
    String sent = WireJson.strict().writeValueAsString(answer);
    assertThat(sent).doesNotContain("cmdline", "section", "expected", "explanation");
  }

  @Test
  void anotherDeviceOfTheGroupThatBootedTheVersionExplainsIt() {
    UUID group = fleet.group();
    TestDevice healthy = fleet.device(group);
    TestDevice changed = fleet.device(group);
    Bytes good = healthy.bootRecorded("d-sb-on");
    fleet.bind(group, fleet.accepted(healthy, "secure-boot", 7));
    assertThat(report(healthy, good).reasons()).isEmpty();

    report(changed, changed.bootRecorded("a-baseline"));

    assertThat(last(changed).summary()).isEqualTo("Secure Boot was switched off (PCR 7).");
    assertThat(last(changed).reasons().getFirst().comparedWith()).containsExactly("group-boot");
  }

  @Test
  void theLogOfTheVersionComesFirst() {
    TestDevice device = fleet.device(fleet.group());
    Bytes good = device.bootRecorded("p-no-pcrsig");
    jdbc.sql(
            "INSERT INTO event_log (sha256, type, data) VALUES (:id, 'tcg-boot', :data) ON CONFLICT DO NOTHING")
        .param("id", good.sha256().toArray())
        .param("data", good.toArray())
        .update();
    fleet.bind(
        device.group(),
        fleet.acceptedFrom(
            device,
            "origin = 'event-log', source_log = decode('" + good.sha256().toHex() + "', 'hex')",
            IMAGE));

    report(device, device.bootRecorded("a-baseline"));

    assertThat(last(device).summary()).isEqualTo("Another image: section .pcrpkey is new.");
    assertThat(last(device).reasons().getFirst().comparedWith()).containsExactly("version-log");
  }

  @Test
  void theImageOfTheVersionKnowsItsWords() {
    TestDevice device = fleet.device(fleet.group());
    device.bootRecorded("b-cmdline");
    String image =
        """
        {"sha256":"%1$s","size":1,"stub":null,"profile":0,"commandLine":"console=ttyS0,115200 panic=-1","authenticode":"%1$s",
         "sections":[{"name":".cmdline","size":1,"sha256":"%2$s"}]}
        """
            .formatted(
                Bytes.of(1).sha256().toHex(),
                Bytes.utf8("console=ttyS0,115200 panic=-1\0").sha256().toHex());
    fleet.bind(
        device.group(),
        fleet.acceptedFrom(device, "origin = 'image', source_image = '" + image + "'", IMAGE));

    report(device, device.bootRecorded("a-baseline"));

    assertThat(last(device).summary())
        .startsWith("Another image: section .cmdline (the kernel command line) differs,");
    assertThat(last(device).reasons().getFirst().comparedWith()).containsExactly("image");
  }

  @Test
  void withoutALogTheHonestSentenceIsThatNothingExplainsIt() {
    TestDevice device = fleet.knownDevice();
    assertThat(device.report().sendTo(service).reasons()).isEmpty();
    device.boot("1.5");

    device.report().sendTo(service);

    assertThat(last(device).summary()).isEqualTo("PCR 11 differs; no boot log explains why.");
    assertThat(last(device).reasons().getFirst().comparedWith()).isEmpty();
  }

  @Test
  void aRevokedImageIsNamedWhenItBoots() {
    TestDevice device = fleet.device(fleet.group());
    Bytes old = device.bootRecorded("a-baseline");
    Golden first = fleet.accepted(device, "image", IMAGE);
    device.bootRecorded("b-cmdline");
    fleet.accepted(device.group(), first.baseline(), 2, device.tpm().pcrs(IMAGE).values());
    fleet.bind(device.group(), first);
    jdbc.sql("UPDATE baseline_version SET state = 'revoked', revoked_at = now() WHERE id = :id")
        .param("id", first.version())
        .update();
    device.bootRecorded("a-baseline");

    assertThat(report(device, old).reasons()).containsExactly("VERSION_REVOKED");

    assertThat(last(device).summary()).isEqualTo("The device runs image 1.1, revoked.");
  }

  @Test
  void aClosedPhaseIsNamed() {
    TestDevice device = fleet.device(fleet.group());
    Bytes log = device.bootRecorded("a-baseline");
    fleet.bind(device.group(), fleet.accepted(device, "image", IMAGE));
    device.tpm().event(11, Bytes.utf8("leave-initrd"));

    device.unlock().withLog(LogType.TCG_BOOT, log).sendTo(service);

    assertThat(last(device).reasons())
        .extracting(OfReason::cause)
        .contains("The disk was already closed: asked after leave-initrd.");
  }

  @Test
  void aRevokedDeviceGetsNoExplanation() {
    TestDevice device = fleet.knownDevice();
    lifecycle.revoke(device.id(), "test");
    Problems.assertProblem(ProblemCode.NOT_ENROLLED, () -> device.report().sendTo(service));
    assertThat(stored(device).explanation()).isNull();
    assertThat(stored(device).reasons()).isEqualTo(List.of("DEVICE_REVOKED"));
  }
}
