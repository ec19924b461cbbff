// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.baseline.Draft.Content;
import io.fleetverifier.server.eventlog.EventLog;
import io.fleetverifier.server.eventlog.EventType;
import io.fleetverifier.server.eventlog.Guid;
import io.fleetverifier.server.eventlog.LogHash;
import io.fleetverifier.server.eventlog.LogWriter;
import io.fleetverifier.server.eventlog.Replay;
import io.fleetverifier.server.eventlog.SecureBoot;
import io.fleetverifier.server.eventlog.SecureBoot.Authority;
import io.fleetverifier.server.eventlog.SecureBootRule;
import io.fleetverifier.server.eventlog.SignatureList;
import io.fleetverifier.server.problem.ProblemException;
import io.fleetverifier.server.testing.FleetRows;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogContentTest {

  private static final Guid DB = Guid.parse("d719b2cb-3d3a-4596-a3bc-dad00e67656f");
  private static final Guid SHIM = Guid.parse("605dab50-e046-4300-abb6-3dd810dd8b23");
  private static final Bytes CERTIFICATE = Bytes.utf8("a certificate");

  private static final LogSelection RULES =
      new LogSelection(new TreeSet<>(), new TreeSet<>(List.of(4)), new TreeSet<>(), true);

  private static Replay boot() {
    LogWriter log = new LogWriter().specId(LogHash.SHA256);
    log.measured(4, EventType.EFI_ACTION, Bytes.utf8("started")).separator(4);
    return EventLog.parse(log.toBytes()).replay(LogHash.SHA256);
  }

  /** Secure Boot that is on, with this many digests in dbx. */
  private static SecureBoot secureBoot(int forbidden) {
    SignatureList dbx =
        new SignatureList(
            SignatureList.SHA256,
            IntStream.range(0, forbidden)
                .mapToObj(i -> new SignatureList.Entry(DB, FleetRows.hash("loader " + i)))
                .toList());
    Authority signer = new Authority(DB, "db", Bytes.concat(DB.value(), CERTIFICATE), false, true);
    Authority setting = new Authority(SHIM, "SbatLevel", Bytes.utf8("sbat,1"), false, false);
    return new SecureBoot(
        SecureBoot.State.ENABLED,
        List.of(),
        List.of(),
        List.of(),
        List.of(dbx),
        List.of(signer, setting),
        Map.of(),
        List.of());
  }

  @Test
  void aRuleOnSecureBootHoldsTheAuthoritiesUsedAndAllOfDbx() {
    Content content = LogContent.of(boot(), secureBoot(3), RULES);
    SecureBootRule rule = Objects.requireNonNull(content.rules().secureBoot());
    assertThat(rule.authorities()).containsExactly(CERTIFICATE.sha256());
    assertThat(rule.forbidden())
        .containsExactlyInAnyOrder(
            FleetRows.hash("loader 0"), FleetRows.hash("loader 1"), FleetRows.hash("loader 2"));
    assertThat(Objects.requireNonNull(content.rules().registers().get(4)).allowed())
        .containsExactly(Bytes.utf8("started").sha256());
  }

  @Test
  void rulesOfMoreDigestsThanAVersionHoldsAreRefused() {
    // One event and one authority are the others.
    assertThat(LogContent.of(boot(), secureBoot(4094), RULES).rules().isEmpty()).isFalse();
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> LogContent.of(boot(), secureBoot(4095), RULES))
        .satisfies(problem ->
            assertThat(problem.members().toString()).contains("would hold 4097 digests"));
  }
}
