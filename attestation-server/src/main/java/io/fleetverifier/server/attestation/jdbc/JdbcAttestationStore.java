// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.AttestationRequest.Log;
import io.fleetverifier.server.appraisal.Redemption;
import io.fleetverifier.server.attestation.AttestationContext;
import io.fleetverifier.server.attestation.AttestationRecord;
import io.fleetverifier.server.attestation.AttestationStore;
import io.fleetverifier.server.policy.PolicyEdits;
import io.fleetverifier.server.token.Redemptions;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one read and the one write of an attestation.
 *
 * <p>The write takes the policy lock shared, so that it commits before a policy edit is answered or
 * sees that edit; then it locks the TPM's row, so that two answers of one device come one after the
 * other; then it compares what it sees with what was appraised. Only if nothing changed does it
 * redeem the nonce and write the rest.
 */
@Repository
class JdbcAttestationStore implements AttestationStore {
  private final JdbcClient jdbc;
  private final Redemptions redemptions;
  private final RecordStatements statements;
  private final VersionContents contents;
  private final StoredLogs storedLogs;
  private final TransactionTemplate transaction;

  JdbcAttestationStore(
      JdbcClient jdbc,
      Redemptions redemptions,
      VersionContents contents,
      StoredLogs storedLogs,
      PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.contents = contents;
    this.redemptions = redemptions;
    this.storedLogs = storedLogs;
    this.statements = new RecordStatements(jdbc, storedLogs);
    this.transaction = new TransactionTemplate(transactions);
  }

  @Override
  public Optional<AttestationContext> find(Bytes akName) {
    return jdbc.sql(ContextQuery.SQL)
        .param("ak", akName.toArray())
        .query(ContextRow::map)
        .optional()
        .map(row -> row.with(contents));
  }

  @Override
  public Outcome record(AttestationRecord record) {
    try {
      Outcome outcome =
          Objects.requireNonNull(transaction.execute(status -> writeOrRollBack(record, status)));
      if (outcome instanceof Outcome.Recorded) {
        remember(record);
      }
      return outcome;
    } catch (DuplicateKeyException e) {
      // A secret of the same volume was made meanwhile, by an act that is no attestation.
      return new Outcome.Outdated();
    }
  }

  private void remember(AttestationRecord record) {
    for (Log log : record.request().logs()) {
      storedLogs.committed(record.context().epoch(), record.claims().digestOf(log.type()));
    }
  }

  private Outcome writeOrRollBack(AttestationRecord record, TransactionStatus status) {
    Outcome outcome = write(record);
    if (!(outcome instanceof Outcome.Recorded)) {
      status.setRollbackOnly();
    }
    return outcome;
  }

  private Outcome write(AttestationRecord record) {
    jdbc.sql("SELECT pg_advisory_xact_lock_shared(:lock)")
        .param("lock", PolicyEdits.POLICY_LOCK)
        .query(row -> {});
    if (!isStillAsRead(record.context())) {
      return new Outcome.Outdated();
    }
    if (!redemptions.redeem(record.challenge().nonce(), record.challenge().expiresAt())) {
      return new Outcome.Spent();
    }
    UUID attestation = UUID.randomUUID();
    statements.logs(record);
    statements.attestation(attestation, record);
    statements.tpmState(record);
    statements.deviceStatus(attestation, record);
    statements.findings(record);
    statements.freshSecrets(record);
    statements.activations(record);
    return statements.releases(attestation, record)
        ? new Outcome.Recorded(new Redemption(attestation))
        : new Outcome.Outdated();
  }

  private boolean isStillAsRead(AttestationContext context) {
    // Of two answers of one device the second waits here, and then sees what the first wrote: each
    // statement has its own snapshot under READ COMMITTED.
    jdbc.sql("SELECT id FROM tpm WHERE id = :tpm FOR UPDATE")
        .param("tpm", context.tpm())
        .query(row -> {});
    Seen seen =
        jdbc.sql(
                """
                SELECT p.revision, i.epoch, t.epoch AS tpm_epoch, s.received_at
                FROM policy_revision p CROSS JOIN installation i CROSS JOIN tpm t
                LEFT JOIN tpm_state s ON s.tpm_id = t.id AND s.epoch = t.epoch
                WHERE t.id = :tpm
                """)
            .param("tpm", context.tpm())
            .query(Seen.class)
            .single();
    return seen.equals(Seen.of(context));
  }

  private record Seen(long revision, int epoch, int tpmEpoch, @Nullable OffsetDateTime receivedAt) {
    static Seen of(AttestationContext context) {
      return new Seen(
          context.policyRevision(),
          context.epoch(),
          context.tpmEpoch(),
          context.last() == null ? null : context.last().receivedAt().atOffset(ZoneOffset.UTC));
    }
  }
}
