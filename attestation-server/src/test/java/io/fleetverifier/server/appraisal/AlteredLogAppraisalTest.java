// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.appraisal.BaselineVersion.Validity;
import io.fleetverifier.server.eventlog.Event;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.SecureBoot;
import io.fleetverifier.server.eventlog.SecureBootRule;
import io.fleetverifier.server.testing.EvidenceFolder;
import io.fleetverifier.tpm.HashAlg;
import io.fleetverifier.tpm.PcrValues;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The quoted values are fixed; the log beside them is what an attacker makes of it. Whatever he
 * writes, untrusted stays untrusted, and no other version is named than the one that booted.
 */
class AlteredLogAppraisalTest {
  private static final Instant NOW = Instant.parse("2027-06-01T00:00:00Z");
  private static final Purpose PURPOSE = Purpose.REPORT;
  private static final int ALTERATIONS = 2_000;

  /** must-fail 24 and 27: one bit of each octet of the log of an image that was revoked. */
  @Test
  void noFlippedBitMakesARevokedImageTrustedOrHidesWhichOneItIs() {
    Binding binding =
        binding(
            version(1, false, rules("a-baseline", 4, 9), Map.of()),
            version(2, true, rules("b-cmdline", 4, 9), values("b-cmdline", 4, 9)));
    Bytes log = log("b-cmdline");
    Appraisal truth = appraise("b-cmdline", log, binding);
    assertThat(truth.reasons())
        .extracting(Reason::code)
        .containsExactly(ReasonCode.VERSION_REVOKED);
    Random random = new Random(20261124);
    for (int at = 0; at < log.size(); at++) {
      Bytes altered = flipped(log, at, 1 << random.nextInt(8));
      assertThat(appraise("b-cmdline", altered, binding)).as("octet %d", at).isEqualTo(truth);
    }
  }

  /** must-fail 24 and 34: a boot that is untrusted by rules alone. */
  @Test
  void noAlterationMakesABootTrustedThatMeetsNoRule() {
    Binding image = binding(version(1, false, rules("a-baseline", 4, 9), Map.of()));
    Binding secureBoot = binding(version(1, false, secureBoot("d-sb-on"), Map.of()));
    assertThat(appraise("b-cmdline", log("b-cmdline"), image).isTrusted()).isFalse();
    assertThat(appraise("a-baseline", log("a-baseline"), secureBoot).isTrusted()).isFalse();
    for (String source : List.of("a-baseline", "b-cmdline", "d-sb-on")) {
      altered(
          log(source),
          log -> {
            assertThat(appraise("b-cmdline", log, image).isTrusted()).isFalse();
            assertThat(appraise("a-baseline", log, secureBoot).isTrusted()).isFalse();
          });
    }
  }

  /** must-fail 24 and 25: of two images that are accepted the one that booted is named. */
  @Test
  void noAlterationNamesAnotherVersionThanTheOneThatBooted() {
    BaselineVersion first = version(1, false, rules("a-baseline", 4, 7, 9), Map.of());
    BaselineVersion second = version(2, false, rules("d-sb-on", 4, 7), Map.of());
    Binding binding = binding(first, second);
    assertThat(appraise("a-baseline", log("a-baseline"), binding).matched())
        .containsExactly(first.id());
    assertThat(appraise("d-sb-on", log("d-sb-on"), binding).matched()).containsExactly(second.id());
    for (String source : List.of("a-baseline", "d-sb-on")) {
      altered(
          log(source),
          log -> {
            assertThat(named(appraise("a-baseline", log, binding))).isSubsetOf(first.id());
            assertThat(named(appraise("d-sb-on", log, binding))).isSubsetOf(second.id());
          });
    }
  }

  /** Octets changed, cut off, doubled or moved, by a fixed seed. */
  private static void altered(Bytes log, Consumer<Bytes> check) {
    Random random = new Random(20261125);
    for (int i = 0; i < ALTERATIONS; i++) {
      Bytes altered = log;
      for (int changes = 1 + random.nextInt(3); changes > 0 && altered.size() > 1; changes--) {
        int at = random.nextInt(altered.size());
        int to = at + random.nextInt(altered.size() - at);
        altered =
            switch (random.nextInt(6)) {
              case 0 -> altered.slice(0, at);
              case 1 -> Bytes.concat(altered.slice(0, to), altered.slice(at));
              case 2 -> Bytes.concat(altered.slice(0, at), altered.slice(to));
              default -> flipped(altered, at, 1 + random.nextInt(255));
            };
      }
      check.accept(altered);
    }
  }

  private static Set<UUID> named(Appraisal appraisal) {
    return Stream.concat(
            appraisal.matched().stream(),
            appraisal.reasons().stream()
                .filter(Reason.OfVersion.class::isInstance)
                .map(reason -> ((Reason.OfVersion) reason).version()))
        .collect(Collectors.toSet());
  }

  private static Appraisal appraise(String quoted, Bytes log, Binding binding) {
    MeasuredBoot boot = MeasuredBoot.of(registers(quoted), BootLog.of(log));
    return new Appraiser().appraiseAgain(boot, PURPOSE, List.of(binding), null, NOW);
  }

  private static Bytes flipped(Bytes octets, int at, int mask) {
    return Bytes.concat(octets.slice(0, at), Bytes.of(octets.at(at) ^ mask), octets.slice(at + 1));
  }

  private static Bytes log(String set) {
    return EvidenceFolder.bytes(EvidenceFolder.boot(set, "binary_bios_measurements"));
  }

  private static PcrValues registers(String set) {
    Map<Integer, Bytes> values = new TreeMap<>();
    EvidenceFolder.text(EvidenceFolder.boot(set, "pcrs-sha256.txt"))
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(cells -> Integer.parseInt(cells[0]) < 16)
        .forEach(cells -> values.put(Integer.valueOf(cells[0]), Bytes.fromHex(cells[1])));
    return PcrValues.of(HashAlg.SHA256, values);
  }

  private static Map<Integer, Bytes> values(String set, Integer... pcrs) {
    Map<Integer, Bytes> values = new TreeMap<>(registers(set).values());
    values.keySet().retainAll(List.of(pcrs));
    return values;
  }

  private static EventRules rules(String set, Integer... pcrs) {
    EventLog log = EventLog.parse(log(set));
    Map<Integer, Set<Bytes>> required = new TreeMap<>();
    for (Integer pcr : pcrs) {
      Set<Bytes> digests = new HashSet<>();
      for (Event event : log.replay(LogHash.SHA256).events(pcr)) {
        digests.add(event.digest(LogHash.SHA256).orElseThrow());
      }
      digests.remove(Bytes.zeros(4).sha256());
      required.put(pcr, digests);
    }
    return EventRules.of(required, Map.of(), null);
  }

  private static EventRules secureBoot(String set) {
    SecureBoot state = SecureBoot.of(EventLog.parse(log(set)), LogHash.SHA256);
    Set<Bytes> authorities =
        state.authorities().stream()
            .map(SecureBoot.Authority::fingerprint)
            .collect(Collectors.toSet());
    return EventRules.of(Map.of(), Map.of(), new SecureBootRule(authorities, Set.of()));
  }

  private static BaselineVersion version(
      int number, boolean revoked, EventRules rules, Map<Integer, Bytes> values) {
    return new BaselineVersion(
        UUID.nameUUIDFromBytes(new byte[] {(byte) number}),
        number,
        "1." + number,
        revoked,
        revoked ? List.of() : List.of(new Validity(NOW.minusSeconds(60), null)),
        new ReferenceValues(new TreeMap<>(values), new TreeMap<>()),
        rules);
  }

  private static Binding binding(BaselineVersion... versions) {
    return new Binding("image", "image", Set.of(PURPOSE), null, List.of(versions));
  }
}
