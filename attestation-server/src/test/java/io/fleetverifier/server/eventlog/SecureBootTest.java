// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.eventlog.LogFinding.Code;
import io.fleetverifier.server.eventlog.SecureBoot.State;
import io.fleetverifier.server.eventlog.SecureBootRule.Violation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecureBootTest {

  private static final Guid GLOBAL = StructuresTest.GLOBAL;
  private static final Guid SECURITY = Guid.parse("d719b2cb-3d3a-4596-a3bc-dad00e67656f");
  private static final Guid SHIM = Guid.parse("605dab50-e046-4300-abb6-3dd810dd8b23");
  private static final Bytes CERTIFICATE = Bytes.utf8("a certificate of the vendor");
  private static final Bytes OWNER = Bytes.fromHex("00112233445566778899aabbccddeeff");
  private static final Bytes BANNED = Bytes.utf8("an old boot loader").sha256();
  private static final Bytes AUTHORITY = Bytes.concat(OWNER, CERTIFICATE);

  /** PCR 7 of a sound machine with Secure Boot on, of which tests change one thing each. */
  private static final class Pcr7 {
    final Map<String, Bytes> variables = new LinkedHashMap<>();
    final LogWriter before = new LogWriter();
    final LogWriter after = new LogWriter();

    Pcr7() {
      variables.put("SecureBoot", Bytes.of(1));
      for (String name : new String[] {"PK", "KEK", "db"}) {
        variables.put(name, StructuresTest.certificateList(CERTIFICATE));
      }
      variables.put(
          "dbx", StructuresTest.list(SignatureList.SHA256, 0, 48, Bytes.concat(OWNER, BANNED)));
    }

    Pcr7 with(String name, Bytes value) {
      variables.put(name, value);
      return this;
    }

    Bytes value(String name) {
      return Objects.requireNonNull(variables.get(name), name);
    }

    Pcr7 without(String name) {
      variables.remove(name);
      return this;
    }

    SecureBoot read() {
      LogWriter log = new LogWriter().specId(LogHash.SHA256);
      variables.forEach((name, value) -> config(log, vendor(name), name, value));
      log.bytes(before.toBytes()).separator(7);
      authority(log, SECURITY, "db", AUTHORITY);
      return SecureBoot.of(EventLog.parse(log.bytes(after.toBytes()).toBytes()), LogHash.SHA256);
    }
  }

  private static Guid vendor(String name) {
    return name.startsWith("db") ? SECURITY : GLOBAL;
  }

  private static void config(LogWriter log, Guid vendor, String name, Bytes value) {
    log.measured(
        7, EventType.EFI_VARIABLE_DRIVER_CONFIG, StructuresTest.variable(vendor, name, value));
  }

  private static void authority(LogWriter log, Guid vendor, String name, Bytes value) {
    log.measured(7, EventType.EFI_VARIABLE_AUTHORITY, StructuresTest.variable(vendor, name, value));
  }

  private static void undetermined(Pcr7 register, Code why) {
    SecureBoot read = register.read();
    assertThat(read.state()).isEqualTo(State.UNDETERMINED);
    assertThat(read.findings()).extracting(LogFinding::code).contains(why);
  }

  @Test
  void soundEventsShowSecureBootOnOrOff() {
    assertThat(new Pcr7().read().state()).isEqualTo(State.ENABLED);
    assertThat(new Pcr7().read().findings()).isEmpty();
    assertThat(new Pcr7().with("SecureBoot", Bytes.of(0)).read().state()).isEqualTo(State.DISABLED);
  }

  @Test
  void aStateOfAnotherLengthOrValueIsUndetermined() {
    for (Bytes value : new Bytes[] {Bytes.EMPTY, Bytes.of(2), Bytes.of(1, 0), Bytes.of(0, 0)}) {
      undetermined(new Pcr7().with("SecureBoot", value), Code.SECURE_BOOT_VARIABLE);
    }
  }

  @Test
  void eachVariableIsMeasuredExactlyOnce() {
    for (String name : new String[] {"SecureBoot", "PK", "KEK", "db", "dbx"}) {
      undetermined(new Pcr7().without(name), Code.SECURE_BOOT_VARIABLE);
      Pcr7 twice = new Pcr7();
      config(twice.before, vendor(name), name, twice.value(name));
      undetermined(twice, Code.SECURE_BOOT_VARIABLE);
    }
  }

  @Test
  void aVariableOfAnotherVendorIsNotTheVariable() {
    for (String name : new String[] {"SecureBoot", "PK", "KEK", "db", "dbx"}) {
      Pcr7 foreign = new Pcr7();
      Bytes value = foreign.value(name);
      foreign.without(name);
      config(foreign.before, name.startsWith("db") ? GLOBAL : SECURITY, name, value);
      undetermined(foreign, Code.SECURE_BOOT_VARIABLE);
    }
  }

  @Test
  void aVariableBehindTheSeparatorIsRefused() {
    Pcr7 late = new Pcr7();
    Bytes value = late.value("db");
    late.without("db");
    config(late.after, SECURITY, "db", value);
    undetermined(late, Code.SECURE_BOOT_UNEXPECTED_EVENT);
  }

  @Test
  void onWithoutKeysOrWithoutAnythingCheckedIsUndetermined() {
    for (String name : new String[] {"PK", "KEK", "db"}) {
      undetermined(new Pcr7().with(name, Bytes.EMPTY), Code.SECURE_BOOT_WITHOUT_KEYS);
    }
    LogWriter log = new LogWriter().specId(LogHash.SHA256);
    new Pcr7().variables.forEach((name, value) -> config(log, vendor(name), name, value));
    log.separator(7);
    authority(log, SHIM, "SbatLevel", Bytes.utf8("sbat,1"));
    SecureBoot nothingChecked = SecureBoot.of(EventLog.parse(log.toBytes()), LogHash.SHA256);
    assertThat(nothingChecked.state()).isEqualTo(State.UNDETERMINED);
  }

  @Test
  void anEventOfAnotherKindOrWithUnprovenDataLeavesItOpen() {
    Pcr7 loader = new Pcr7();
    loader.after.measured(7, EventType.IPL, Bytes.utf8("grub"));
    undetermined(loader, Code.SECURE_BOOT_UNEXPECTED_EVENT);
    Pcr7 unknown = new Pcr7();
    unknown.after.event(7, 0x8401, LogHash.SHA256, BANNED, OWNER);
    undetermined(unknown, Code.SECURE_BOOT_UNEXPECTED_EVENT);
    Pcr7 unproven = new Pcr7();
    unproven.after.event(7, EventType.EFI_VARIABLE_AUTHORITY.id(), LogHash.SHA256, BANNED, OWNER);
    undetermined(unproven, Code.SECURE_BOOT_UNEXPECTED_EVENT);
  }

  /** must-fail 26: the separator of PCR 7 twice, or of an error. */
  @Test
  void aSecondSeparatorLeavesItOpen() {
    Pcr7 twice = new Pcr7();
    twice.after.separator(7);
    undetermined(twice, Code.SECURE_BOOT_UNEXPECTED_EVENT);
    Pcr7 relabelled = new Pcr7();
    relabelled.after.measured(7, EventType.EFI_ACTION, Separator.ERROR.content());
    undetermined(relabelled, Code.SECURE_BOOT_UNEXPECTED_EVENT);
  }

  @Test
  void anAuthorityThatAnOperatingSystemCouldHaveAddedIsRefused() {
    Pcr7 appended = new Pcr7();
    appended.after.measured(5, EventType.EFI_ACTION, LogCheck.EXIT_SUCCESS);
    authority(appended.after, SECURITY, "db", AUTHORITY);
    undetermined(appended, Code.SECURE_BOOT_UNEXPECTED_EVENT);
  }

  @Test
  void aModeForDebuggingLeavesItOpenAndMissingDmaProtectionIsTold() {
    Pcr7 debug = new Pcr7();
    debug.before.measured(7, EventType.EFI_ACTION, Bytes.utf8("UEFI Debug Mode"));
    undetermined(debug, Code.UEFI_DEBUG_MODE);
    Pcr7 dma = new Pcr7();
    dma.after.measured(7, EventType.EFI_ACTION, Bytes.utf8("DMA Protection Disabled"));
    assertThat(dma.read().state()).isEqualTo(State.ENABLED);
    assertThat(dma.read().findings())
        .extracting(LogFinding::code)
        .containsExactly(Code.DMA_PROTECTION_DISABLED);
  }

  @Test
  void keysThatAreNoSignatureListsLeaveItOpen() {
    undetermined(new Pcr7().with("db", Bytes.utf8("no list")), Code.MALFORMED_DATA);
  }

  @Test
  void otherVariablesAreKeptByName() {
    Pcr7 deployed = new Pcr7();
    config(deployed.before, GLOBAL, "DeployedMode", Bytes.of(1));
    assertThat(deployed.read().otherVariables()).isEqualTo(Map.of("DeployedMode", Bytes.of(1)));
    assertThat(deployed.read().state()).isEqualTo(State.ENABLED);
  }

  @Test
  void aRuleIsMetByItsAuthoritiesOnly() {
    SecureBoot sound = new Pcr7().read();
    SecureBootRule rule = new SecureBootRule(Set.of(CERTIFICATE.sha256()), Set.of(BANNED));
    assertThat(rule.violations(sound)).isEmpty();
    Pcr7 withShim = new Pcr7();
    authority(withShim.after, SHIM, "SbatLevel", Bytes.utf8("sbat,1"));
    assertThat(rule.violations(withShim.read())).isEmpty();
    authority(withShim.after, SHIM, "MokList", CERTIFICATE);
    assertThat(rule.violations(withShim.read())).isEmpty();
    authority(withShim.after, SHIM, "MokList", Bytes.utf8("an owner's own certificate"));
    assertThat(rule.violations(withShim.read())).containsExactly(Violation.OTHER_AUTHORITY);
  }

  /** must-fail 33: Secure Boot is on, but dbx lacks a loader that was revoked. */
  @Test
  void aRuleIsNotMetWithSecureBootOffOrWithAnOldList() {
    SecureBootRule rule = new SecureBootRule(Set.of(CERTIFICATE.sha256()), Set.of(BANNED));
    assertThat(rule.violations(new Pcr7().with("SecureBoot", Bytes.of(0)).read()))
        .containsExactly(Violation.NOT_ENABLED);
    assertThat(rule.violations(new Pcr7().with("dbx", Bytes.EMPTY).read()))
        .containsExactly(Violation.FORBIDDEN_LIST_TOO_OLD);
    assertThat(catchException(() -> new SecureBootRule(Set.of(), Set.of())))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
