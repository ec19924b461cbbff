// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.testing.Swtpm;
import io.fleetverifier.tpm.AkTemplate;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrValues;
import io.fleetverifier.tpm.SrkTemplate;
import io.fleetverifier.tpm.TpmHandles;
import io.fleetverifier.tpm.TpmName;
import io.fleetverifier.tpm.TpmsAttest;
import io.fleetverifier.tpm.TpmsClockInfo;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {

  @TempDir Path folder;
  private Swtpm swtpm;
  private TpmChannel tpm;
  private SystemCommands system;
  private KeyCommands keys;
  private PcrCommands pcrs;
  private PolicyCommands policy;

  @BeforeEach
  void start() {
    swtpm = Swtpm.start(folder.resolve("tpm"));
    tpm = new TpmChannel(swtpm.transport(), new SecureRandom());
    system = new SystemCommands(tpm);
    keys = new KeyCommands(tpm);
    pcrs = new PcrCommands(tpm);
    policy = new PolicyCommands(tpm);
  }

  @AfterEach
  void stop() {
    swtpm.close();
  }

  private List<Integer> slotsInUse() {
    return IntStream.concat(
            system.handles(SystemCommands.TRANSIENT_OBJECTS).stream().mapToInt(h -> h),
            system.handles(SystemCommands.LOADED_SESSIONS).stream().mapToInt(h -> h))
        .boxed()
        .toList();
  }

  @Test
  void capabilitiesTellCommandsPropertiesAndHandles() {
    assertThat(system.implementsCommand(CommandCode.IMPORT)).isTrue();
    assertThat(system.property(SystemCommands.MANUFACTURER)).hasValue(0x49424d00L);
    assertThat(system.property(SystemCommands.PERMANENT)).isPresent();
    assertThat(system.property(0x2ff)).isEmpty();
    assertThat(system.handles(SystemCommands.PERSISTENT_OBJECTS)).isEmpty();
    assertThat(slotsInUse()).isEmpty();
  }

  @Test
  void startupOfATpmThatIsUpChangesNothing() {
    TpmsClockInfo before = system.readClock();
    system.startup();
    assertThat(system.readClock().resetCount()).isEqualTo(before.resetCount());
  }

  @Test
  void aPrimaryKeyTakesASlotUntilItIsClosed() {
    try (TransientObject srk = keys.createPrimary(TpmEntity.OWNER, SrkTemplate.P256.template())) {
      assertThat(SrkTemplate.P256.matches(srk.area())).isTrue();
      assertThat(slotsInUse()).containsExactly(srk.entity().handle());
      KeyCommands.PublicPart part = keys.readPublic(srk.entity().handle());
      assertThat(part.area()).isEqualTo(srk.area().encode());
      assertThat(part.name()).isEqualTo(srk.area().name().value());
      assertThat(part.qualifiedName())
          .isEqualTo(srk.area().name().qualifiedUnder(TpmHandles.OWNER).value());
    }
    assertThat(slotsInUse()).isEmpty();
  }

  @Test
  void aFourthObjectHasNoSlotAndTheCodeSaysSo() {
    try (TransientObject one = srk();
        TransientObject two = srk();
        TransientObject three = srk()) {
      assertThat(List.of(one, two, three)).doesNotHaveDuplicates();
      assertThatThrownBy(this::srk)
          .isInstanceOfSatisfying(
              TpmCommandException.class,
              e -> {
                assertThat(e.rc().is(0x902)).isTrue();
                assertThat(e.command()).isEqualTo(CommandCode.CREATE_PRIMARY);
              });
    }
    assertThat(slotsInUse()).isEmpty();
  }

  private TransientObject srk() {
    return keys.createPrimary(TpmEntity.OWNER, SrkTemplate.P256.template());
  }

  @Test
  void moreThanEightPcrsAreReadInSeveralCommands() {
    swtpm.extend(11, Bytes.utf8("enter-initrd"));
    List<Integer> all = IntStream.range(0, 24).boxed().toList();
    PcrValues values = pcrs.read(HashAlg.SHA256, all);
    assertThat(values.values().keySet()).containsExactlyElementsOf(all);
    assertThat(values.get(11))
        .contains(HashAlg.SHA256.digest(Bytes.zeros(32), Bytes.utf8("enter-initrd").sha256()));
    assertThat(values.get(0)).contains(Bytes.zeros(32));
  }

  @Test
  void anEventExtendsEveryBankAndAnExtendOne() {
    pcrs.event(11, Bytes.utf8("leave-initrd"));
    Bytes once = HashAlg.SHA256.digest(Bytes.zeros(32), Bytes.utf8("leave-initrd").sha256());
    assertThat(pcrs.read(HashAlg.SHA256, List.of(11)).get(11)).contains(once);
    assertThat(pcrs.read(HashAlg.SHA384, List.of(11)).get(11))
        .contains(
            HashAlg.SHA384.digest(
                Bytes.zeros(48), HashAlg.SHA384.digest(Bytes.utf8("leave-initrd"))));
    pcrs.extend(11, HashAlg.SHA256, Bytes.zeros(32));
    assertThat(pcrs.read(HashAlg.SHA256, List.of(11)).get(11))
        .contains(HashAlg.SHA256.digest(once, Bytes.zeros(32)));
  }

  @Test
  void aPcrThatTheTpmDoesNotHaveIsToldAndNotLeftOut() {
    try (Swtpm oneBank =
            Swtpm.startWithEkCertificates(
                folder.resolve("one"), io.fleetverifier.testing.SwtpmCa.in(folder.resolve("ca")));
        TpmChannel channel = new TpmChannel(oneBank.transport(), new SecureRandom())) {
      assertThatThrownBy(() -> new PcrCommands(channel).read(HashAlg.SHA384, List.of(0, 7)))
          .isInstanceOf(TpmResponseException.class)
          .hasMessageContaining("[0, 7]");
    }
  }

  @Test
  void aQuoteSaysWhatItWasAskedToSay() {
    try (TransientObject ak =
        keys.createPrimary(TpmEntity.ENDORSEMENT, AkTemplate.P256.template())) {
      PcrValues values = pcrs.read(HashAlg.SHA256, List.of(0, 7, 11));
      Bytes nonce = Bytes.utf8("nonce").sha256();
      PcrCommands.Signed signed = pcrs.quote(ak.entity(), nonce, values.selection());
      TpmsAttest attest = TpmsAttest.decode(signed.attest());
      assertThat(attest.extraData()).isEqualTo(nonce);
      assertThat(attest.qualifiedSigner())
          .isEqualTo(ak.area().name().qualifiedUnder(TpmHandles.ENDORSEMENT).value());
      assertThat(attest.quote().orElseThrow().pcrDigest()).isEqualTo(values.digest(HashAlg.SHA256));
      assertThat(attest.clockInfo().resetCount()).isEqualTo(system.readClock().resetCount());
    }
  }

  @Test
  void aSessionTakesASlotUntilItIsClosedEvenAfterAFailedUse() {
    try (Session session = Session.plain(tpm, HashAlg.SHA256)) {
      policy.secretOfEndorsement(session);
      assertThat(slotsInUse()).hasSize(1);
      policy.restart(session);
      assertThatThrownBy(() ->
              policy.pcr(
                  session,
                  PcrValues.of(HashAlg.SHA256, java.util.Map.of(7, Bytes.zeros(32))).selection(),
                  Bytes.zeros(32)))
          .isInstanceOfSatisfying(
              TpmCommandException.class, e -> assertThat(e.rc().value()).isEqualTo(0x1c4));
      assertThat(slotsInUse()).hasSize(1);
    }
    assertThat(slotsInUse()).isEmpty();
  }

  @Test
  void counterPolicyIsRefusedForCountersOfAnotherBoot() {
    TpmsClockInfo now = system.readClock();
    try (Session session = Session.plain(tpm, HashAlg.SHA256)) {
      policy.counters(session, now);
      policy.restart(session);
      TpmsClockInfo other = new TpmsClockInfo(0, now.resetCount() + 1, now.restartCount(), true);
      assertThatThrownBy(() -> policy.counters(session, other))
          .isInstanceOfSatisfying(
              TpmCommandException.class, e -> assertThat(e.rc().is(TpmRc.POLICY)).isTrue());
    }
  }

  @Test
  void aSessionSaltedToEachKindOfEndorsementKeyStarts() {
    for (EkTemplate template : List.of(EkTemplate.L1, EkTemplate.L2, EkTemplate.H3)) {
      try (TransientObject ek = keys.createPrimary(TpmEntity.ENDORSEMENT, template.template());
          Session session = Session.salted(tpm, template.nameAlg(), ek.entity(), ek.area())) {
        policy.counters(session, system.readClock());
      }
      assertThat(slotsInUse()).isEmpty();
    }
  }

  @Test
  void aWrongNameInTheResponseIsRefusedAndTheObjectFlushed() {
    TpmChannel lying =
        new TpmChannel(
            new AlteredResponses(
                swtpm.transport(),
                0x131,
                response -> AlteredResponses.flip(response, response.size() - 10)),
            new SecureRandom());
    assertThatThrownBy(() ->
            new KeyCommands(lying).createPrimary(TpmEntity.OWNER, SrkTemplate.P256.template()))
        .isInstanceOf(TpmResponseException.class);
    assertThat(slotsInUse()).isEmpty();
  }

  @Test
  void permanentHandlesAreTheirOwnNames() {
    assertThat(TpmEntity.OWNER.name()).isEqualTo(new TpmName(Bytes.fromHex("40000001")));
  }
}
