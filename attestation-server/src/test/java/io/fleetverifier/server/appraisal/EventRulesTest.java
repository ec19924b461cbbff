// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.EventRules.OfRegister;
import io.fleetverifier.server.appraisal.RuleViolation.Kind;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.SecureBootRule;
import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.Pcr;
import io.fleetverifier.tpm.PcrValues;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rules over the events of a recorded boot with Secure Boot on (d-sb-on), and near it. */
class EventRulesTest {
  private static final Bytes LOG =
      EvidenceFolder.bytes(EvidenceFolder.boot("d-sb-on", "binary_bios_measurements"));
  private static final Bytes OTHER = Bytes.utf8("another boot loader").sha256();

  private final Map<Integer, Bytes> pcrs = registers("d-sb-on");

  @Test
  void whatBootedMeetsTheRulesThatAreMadeOfIt() {
    EventRules rules = rules(4, digests(4), Set.of());
    assertThat(violations(rules, LOG)).isEmpty();
    assertThat(violations(rules(4, Set.of(), digests(4)), LOG)).isEmpty();
    assertThat(rules.pcrs()).containsExactly(4);
  }

  @Test
  void anEventThatIsNotAmongTheAllowedOnesIsNamed() {
    Set<Bytes> allowed = digests(4);
    Bytes loader = digestOf(24);
    allowed.remove(loader);
    allowed.add(OTHER);
    assertThat(violations(rules(4, Set.of(), allowed), LOG))
        .containsExactly(new RuleViolation(Kind.EVENT_NOT_ALLOWED, 4, 24, loader));
  }

  @Test
  void aRequiredEventThatIsMissingIsNamed() {
    assertThat(violations(rules(4, Set.of(OTHER), digests(4)), LOG))
        .containsExactly(new RuleViolation(Kind.EVENT_MISSING, 4, null, OTHER));
  }

  /** A running system can extend PCR 4 with the digest of a good loader after a bad one ran. */
  @Test
  void aGoodEventBesideABadOneDoesNotPass() {
    Bytes good = OTHER;
    pcrs.computeIfPresent(4, (pcr, value) -> Pcr.extend(HashAlg.SHA256, value, good));
    Bytes longer = Bytes.concat(LOG, record(4, good));
    List<RuleViolation> violations = violations(rules(4, Set.of(good), Set.of()), longer);
    assertThat(violations).extracting(RuleViolation::kind).containsOnly(Kind.EVENT_NOT_ALLOWED);
    assertThat(violations).hasSize(2);
  }

  /** must-fail 27: a claim of the log needs the replay to equal the quote. */
  @Test
  void aLogOfAnotherBootExplainsNothing() {
    Bytes other =
        EvidenceFolder.bytes(EvidenceFolder.boot("b-cmdline", "binary_bios_measurements"));
    assertThat(violations(rules(4, Set.of(), digests(4)), other))
        .containsExactly(RuleViolation.of(Kind.NOT_EXPLAINED_BY_LOG, 4));
    assertThat(secureBoot(other, authority(), Set.of()))
        .containsExactly(RuleViolation.of(Kind.NOT_EXPLAINED_BY_LOG, 7));
  }

  @Test
  void withoutALogNoRuleIsMet() {
    for (BootLog none :
        List.of(
            new BootLog.Absent(),
            new BootLog.Unreadable("LOG_TRUNCATED", ""),
            new BootLog.NotOfATpm(),
            new BootLog.OfOtherBanks())) {
      MeasuredBoot boot = MeasuredBoot.of(values(), none);
      assertThat(rules(4, Set.of(), digests(4)).violations(boot))
          .containsExactly(RuleViolation.of(Kind.NOT_EXPLAINED_BY_LOG, 4));
    }
  }

  /** must-fail 26: what the firmware did not end as it should says nothing good. */
  @Test
  void aSecondSeparatorFails() {
    Bytes separator = Bytes.zeros(4).sha256();
    pcrs.computeIfPresent(4, (pcr, value) -> Pcr.extend(HashAlg.SHA256, value, separator));
    Bytes twice = Bytes.concat(LOG, record(4, separator));
    assertThat(violations(rules(4, Set.of(), digests(4)), twice))
        .containsExactly(RuleViolation.of(Kind.SEPARATOR, 4));
  }

  /** must-fail 26: an error separator is recognised by its digest, whatever its data says. */
  @Test
  void anErrorSeparatorIsNoEventThatMayPassUnnamed() {
    Bytes error = Bytes.fromHex("01000000").sha256();
    pcrs.computeIfPresent(4, (pcr, value) -> Pcr.extend(HashAlg.SHA256, value, error));
    assertThat(violations(rules(4, Set.of(), digests(4)), Bytes.concat(LOG, record(4, error))))
        .extracting(RuleViolation::kind)
        .containsExactly(Kind.EVENT_NOT_ALLOWED);
  }

  /** P9: a bank that is closed as not in use meets no rule, even where its events replay. */
  @Test
  void aCappedRegisterMeetsNoRule() {
    pcrs.computeIfPresent(4, (pcr, value) -> Pcr.extend(HashAlg.SHA256, value, Bytes.zeros(32)));
    assertThat(violations(rules(4, Set.of(), digests(4)), LOG))
        .containsExactly(RuleViolation.of(Kind.NOT_EXPLAINED_BY_LOG, 4));
  }

  @Test
  void aRegisterThatWasExtendedByAnUnknownSystemMeetsNoRule() {
    pcrs.computeIfPresent(9, (pcr, value) -> Pcr.extend(HashAlg.SHA256, value, OTHER));
    assertThat(violations(rules(9, Set.of(), digests(9)), LOG))
        .containsExactly(RuleViolation.of(Kind.NOT_EXPLAINED_BY_LOG, 9));
    assertThat(violations(rules(10, Set.of(), Set.of(OTHER)), LOG))
        .containsExactly(RuleViolation.of(Kind.NOT_EXPLAINED_BY_LOG, 10));
  }

  @Test
  void secureBootIsAskedWithItsAuthorityAndWhatIsForbidden() {
    assertThat(secureBoot(LOG, authority(), Set.of())).isEmpty();
    assertThat(secureBoot(LOG, Set.of(OTHER), Set.of()))
        .containsExactly(RuleViolation.of(Kind.OTHER_AUTHORITY, 7));
    assertThat(secureBoot(LOG, authority(), Set.of(OTHER)))
        .containsExactly(RuleViolation.of(Kind.FORBIDDEN_LIST_TOO_OLD, 7));
  }

  @Test
  void secureBootThatIsOffMeetsNoRule() {
    pcrs.clear();
    pcrs.putAll(registers("a-baseline"));
    Bytes off = EvidenceFolder.bytes(EvidenceFolder.boot("a-baseline", "binary_bios_measurements"));
    assertThat(secureBoot(off, authority(), Set.of()))
        .contains(RuleViolation.of(Kind.SECURE_BOOT_NOT_ENABLED, 7));
  }

  @Test
  void aRuleOverNothingAndOneOverPcr11CannotBeMade() {
    assertThatIllegalArgumentException().isThrownBy(() -> rules(4, Set.of(), Set.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> rules(11, Set.of(), Set.of(OTHER)));
  }

  private List<RuleViolation> violations(EventRules rules, Bytes log) {
    return rules.violations(MeasuredBoot.of(values(), BootLog.of(log)));
  }

  private List<RuleViolation> secureBoot(Bytes log, Set<Bytes> authorities, Set<Bytes> forbidden) {
    return violations(
        new EventRules(new TreeMap<>(), new SecureBootRule(authorities, forbidden)), log);
  }

  private Set<Bytes> authority() {
    MeasuredBoot boot =
        MeasuredBoot.of(PcrValues.of(HashAlg.SHA256, registers("d-sb-on")), BootLog.of(LOG));
    return Set.of(boot.secureBoot().authorities().getFirst().fingerprint());
  }

  private PcrValues values() {
    return PcrValues.of(HashAlg.SHA256, pcrs);
  }

  private static EventRules rules(int pcr, Set<Bytes> required, Set<Bytes> allowed) {
    return new EventRules(new TreeMap<>(Map.of(pcr, new OfRegister(required, allowed))), null);
  }

  private static Set<Bytes> digests(int pcr) {
    Set<Bytes> digests = new HashSet<>();
    EventLog.parse(LOG).replay(LogHash.SHA256).events(pcr).stream()
        .map(EventRulesTest::digest)
        .forEach(digests::add);
    digests.remove(Bytes.zeros(4).sha256());
    return digests;
  }

  private static Bytes digestOf(int event) {
    return digest(EventLog.parse(LOG).events().get(event));
  }

  private static Bytes digest(Event event) {
    return event.digest(LogHash.SHA256).orElseThrow();
  }

  /** A record of the recorded log's form: two banks, no data; its SHA-1 digest is made up. */
  static Bytes record(int pcr, Bytes digest) {
    return Bytes.concat(
        little(pcr),
        little(13),
        little(2),
        Bytes.fromHex("0400"),
        Bytes.zeros(20),
        Bytes.fromHex("0b00"),
        digest,
        little(0));
  }

  private static Bytes little(int value) {
    return Bytes.of(value & 0xff, value >> 8 & 0xff, value >> 16 & 0xff, value >>> 24);
  }

  private static Map<Integer, Bytes> registers(String boot) {
    Map<Integer, Bytes> values = new TreeMap<>();
    EvidenceFolder.text(EvidenceFolder.boot(boot, "pcrs-sha256.txt"))
        .lines()
        .map(line -> line.split(" ", -1))
        .forEach(cells -> values.put(Integer.valueOf(cells[0]), Bytes.fromHex(cells[1])));
    return values;
  }
}
