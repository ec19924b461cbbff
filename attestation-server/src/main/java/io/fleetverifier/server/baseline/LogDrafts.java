// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.baseline;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.baseline.Draft.Source;
import io.fleetverifier.server.eventlog.Replay;
import io.fleetverifier.server.eventlog.SecureBoot;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Versions from the boot event log of a machine that somebody trusts. */
@Component
public final class LogDrafts {

  private final Baselines baselines;
  private final Drafts drafts;

  LogDrafts(Baselines baselines, Drafts drafts) {
    this.baselines = baselines;
    this.drafts = drafts;
  }

  /**
   * Drafts a version from a log, and keeps the log. No TPM vouches for it: who uploads it does.
   *
   * @param log as Linux shows it in binary_bios_measurements
   * @throws io.fleetverifier.server.problem.ProblemException not-found, or invalid when the log
   *     cannot be read, is not of a TPM, holds no SHA-256 digests, or does not lead to what is
   *     asked for
   */
  public BaselineVersion draft(String actor, String baseline, LogQuery query, Bytes log) {
    LogSelection wanted = LogSelection.of(baselines.row(baseline).aspect(), query);
    Replay replay = SourceLogs.uploaded(log);
    SecureBoot secureBoot = SecureBoot.of(replay);
    Draft draft =
        new Draft(
            query.label(),
            LogContent.of(replay, secureBoot, wanted),
            new Source(Origin.EVENT_LOG, log.sha256(), null),
            Map.of("log", log.sha256().toHex()),
            SourceLogs.warnings(replay, secureBoot, wanted.pcrs()));
    return drafts
        .store(actor, baseline, draft, log)
        .withLog(LogReview.of(replay, secureBoot, wanted.pcrs()));
  }
}
