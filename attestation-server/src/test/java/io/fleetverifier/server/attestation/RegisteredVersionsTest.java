// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.AttestationAnswer;
import io.fleetverifier.protocol.DeviceVerdict;
import io.fleetverifier.protocol.LogType;
import io.fleetverifier.server.access.Role;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.server.testing.ManagementApi;
import io.fleetverifier.server.testing.ManagementApi.Answer;
import io.fleetverifier.server.testing.ManagementApiTest;
import io.fleetverifier.server.uki.PeWriter;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** From an uploaded file to a trusted device: draft, publish, accept, bind, attest. */
@AttestationTest
@Import(ManagementApiTest.Configuration.class)
class RegisteredVersionsTest {

  private static final String OCTETS = "application/octet-stream";
  private static final Bytes KERNEL =
      new PeWriter().section(".text", "code of the kernel").toBytes();

  @Autowired ManagementApi plane;
  @Autowired Fleet fleet;
  @Autowired JdbcClient jdbc;
  @Autowired AttestationService service;
  private ManagementApi api;
  private TestDevice device;
  private String group = "";

  @BeforeEach
  void engineerAndDevice() {
    api = plane.as(Role.SECURITY_ENGINEER);
    device = fleet.device(fleet.group());
    group =
        jdbc.sql("select name from device_group where id = :id")
            .param("id", device.group())
            .query(String.class)
            .single();
  }

  /** Uploads, publishes, accepts and binds a version; returns the draft. */
  private Answer register(String aspect, String route, Bytes file) {
    String name = "b-" + UUID.randomUUID();
    api.post("/api/v1/baselines", "{\"name\":\"" + name + "\",\"aspect\":\"" + aspect + "\"}");
    String versions = "/api/v1/baselines/" + name + "/versions";
    Answer draft = api.upload(versions + route, OCTETS, file);
    assertThat(draft.status()).as(draft.text()).isEqualTo(201);
    Answer published = api.with("If-Match", draft.header("ETag")).post(versions + "/1/publish", "");
    assertThat(published.status()).as(published.text()).isEqualTo(200);
    String groupPath = "/api/v1/groups/" + group;
    String accepted = "{\"baseline\":\"" + name + "\",\"version\":1}";
    assertThat(api.put(groupPath + "/acceptances", accepted).status()).isEqualTo(200);
    assertThat(
            api.put(groupPath + "/bindings/" + name, "{\"purposes\":[\"unlock\",\"report\"]}")
                .status())
        .isEqualTo(200);
    return draft;
  }

  private static PeWriter image(String commandLine) {
    return new PeWriter()
        .section(".text", "code of the stub")
        .section(".sdmagic", "#### LoaderInfo: systemd-stub 252.39-1 ####")
        .section(".linux", KERNEL)
        .section(".osrel", "NAME=x\n")
        .section(".cmdline", commandLine)
        .section(".initrd", "INITRD");
  }

  /** What the stub of such an image measures, and then the initrd. */
  private void start(String commandLine) {
    device.startFirmware();
    measureSection(".linux", KERNEL);
    measureSection(".osrel", Bytes.utf8("NAME=x\n"));
    measureSection(".cmdline", Bytes.utf8(commandLine));
    measureSection(".initrd", Bytes.utf8("INITRD"));
    device.tpm().event(11, Bytes.utf8("enter-initrd"));
  }

  private void measureSection(String name, Bytes content) {
    device.tpm().event(11, Bytes.concat(Bytes.utf8(name), Bytes.of(0)));
    device.tpm().event(11, content);
  }

  @Test
  void aDeviceThatBootsAnImageKnownBeforehandIsTrusted() {
    register("image", "/from-image?label=1.4.2", image("root=LABEL=BOOT").toBytes());

    start("root=LABEL=BOOT");
    assertThat(verdict(device.report())).isEqualTo(DeviceVerdict.TRUSTED);

    start("root=LABEL=BOOT rd.break");
    assertThat(device.report().sendTo(service).reasons()).contains("PCR_MISMATCH");

    start("root=LABEL=BOOT");
    device.tpm().event(12, Bytes.utf8("another command line"));
    assertThat(device.report().sendTo(service).reasons()).contains("PCR_MISMATCH");
  }

  @Test
  void theSecretGoesToTheInitrdOfTheImageAndNotToALaterPhase() {
    register("image", "/from-image?label=1.4.2", image("root=LABEL=BOOT").toBytes());
    start("root=LABEL=BOOT");
    assertThat(device.unlock().sendTo(service).reasons()).doesNotContain("WRONG_PHASE");
    device.tpm().event(11, Bytes.utf8("leave-initrd"));
    assertThat(device.unlock().sendTo(service).reasons()).contains("WRONG_PHASE");
    assertThat(verdict(device.report())).isEqualTo(DeviceVerdict.TRUSTED);
  }

  private static Bytes log(String boot) {
    return EvidenceFolder.bytes(EvidenceFolder.boot(boot, "binary_bios_measurements"));
  }

  /** Extends what a recorded machine's firmware and stub did. */
  private void replay(String boot) {
    device.tpm().reset();
    device.tpm().passTime(1_000);
    for (Event event : EventLog.parse(log(boot)).events()) {
      if (event.isExtending()) {
        device.tpm().extend(event.pcr(), event.digest(LogHash.SHA256).orElseThrow());
      }
    }
    assertThat(device.tpm().pcrs(4).get(4).orElseThrow().toHex())
        .isEqualTo(
            EvidenceFolder.text(EvidenceFolder.boot(boot, "pcrs-sha256.txt"))
                .lines()
                .filter(line -> line.startsWith("4 "))
                .findFirst()
                .orElseThrow()
                .substring(2)
                .toLowerCase(Locale.ROOT));
  }

  @Test
  void aDeviceThatBootsLikeTheMachineOfALogIsTrusted() {
    register("boot", "/from-log?label=1&pcrs=0,2,4,7,11", log("d-sb-on"));

    replay("d-sb-on");
    assertThat(verdict(device.report())).isEqualTo(DeviceVerdict.TRUSTED);
    device.tpm().event(11, Bytes.utf8("enter-initrd"));
    assertThat(verdict(device.report())).isEqualTo(DeviceVerdict.TRUSTED);
    replay("a-baseline");
    assertThat(device.report().sendTo(service).reasons()).contains("PCR_MISMATCH");
  }

  @Test
  void aDeviceThatMeetsTheRulesOfALogIsTrustedWithItsLogAndNotWithout() {
    register("boot", "/from-log?label=1&pcrs=2&allowed=4&secureBoot=true", log("d-sb-on"));

    replay("d-sb-on");
    assertThat(verdict(device.report().withLog(LogType.TCG_BOOT, log("d-sb-on"))))
        .isEqualTo(DeviceVerdict.TRUSTED);
    assertThat(device.report().sendTo(service).reasons()).contains("LOG_MISSING");
    replay("a-baseline");
    assertThat(
            device.report().withLog(LogType.TCG_BOOT, log("a-baseline")).sendTo(service).reasons())
        .contains("RULE_NOT_MET");
  }

  private DeviceVerdict verdict(Attempt attempt) {
    AttestationAnswer answer = attempt.sendTo(service);
    assertThat(answer.reasons()).isEmpty();
    return answer.verdict();
  }
}
