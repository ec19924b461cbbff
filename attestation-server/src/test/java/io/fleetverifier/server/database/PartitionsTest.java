// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetverifier.server.testing.PostgresTest;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The first of a month must not stop the fleet: tried with moved dates, far from the real ones. */
@SpringBootTest
@PostgresTest
class PartitionsTest {
  @Autowired JdbcClient jdbc;
  @Autowired Partitions partitions;

  @Test
  void evidenceOnTheFirstOfAMonthNobodyPreparedIsKeptAndMovedWhereItBelongs() {
    OffsetDateTime first = OffsetDateTime.of(2041, 3, 1, 0, 0, 0, 0, ZoneOffset.UTC);
    UUID onTheFirst = attestation(first);
    UUID lastInstantBefore = attestation(first.minusNanos(1000));
    assertThat(partitionOf(onTheFirst)).isEqualTo("attestation_other");

    ensure(first.minusDays(1));

    assertThat(partitionOf(onTheFirst)).isEqualTo("attestation_2041_03");
    assertThat(partitionOf(lastInstantBefore)).isEqualTo("attestation_2041_02");
    UUID later = attestation(first.plusMonths(2).plusDays(3));
    assertThat(partitionOf(later)).isEqualTo("attestation_2041_05");
  }

  @Test
  void monthsAreMadeThreeAheadAndMakingThemAgainChangesNothing() {
    OffsetDateTime day = OffsetDateTime.of(2042, 11, 30, 23, 59, 59, 0, ZoneOffset.UTC);
    ensure(day);
    ensure(day);
    for (String month : new String[] {"2042_11", "2042_12", "2043_01", "2043_02"}) {
      assertThat(exists("attestation_" + month)).as(month).isTrue();
    }
    assertThat(exists("attestation_2043_03")).isFalse();
  }

  @Test
  void replicasThatMakeThemAtOnceDoNotDisturbEachOther() throws Exception {
    OffsetDateTime day = OffsetDateTime.of(2045, 6, 1, 0, 0, 0, 0, ZoneOffset.UTC);
    Callable<Void> make =
        () -> {
          ensure(day);
          return null;
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (var done : threads.invokeAll(Stream.generate(() -> make).limit(8).toList())) {
        done.get();
      }
    }
    assertThat(exists("attestation_2045_09")).isTrue();
  }

  @Test
  void thePartitionsOfTodayAreThereAfterTheStart() {
    partitions.ensure();
    String now =
        jdbc.sql("select to_char(now() at time zone 'UTC', 'YYYY_MM')")
            .query(String.class)
            .single();
    assertThat(exists("attestation_" + now)).isTrue();
  }

  @Test
  void theServersRoleCannotMakeOrDropTablesItself() {
    assertThatThrownBy(() -> jdbc.sql("create table mine (id int)").update())
        .isInstanceOf(DataAccessException.class);
    assertThatThrownBy(() -> jdbc.sql("drop table attestation_other").update())
        .isInstanceOf(DataAccessException.class);
  }

  private void ensure(OffsetDateTime asOf) {
    jdbc.sql("select ensure_attestation_partitions(:asOf)").param("asOf", asOf).query(row -> {});
  }

  private boolean exists(String table) {
    return jdbc.sql("select to_regclass(:table) is not null")
        .param("table", table)
        .query(Boolean.class)
        .single();
  }

  private String partitionOf(UUID attestation) {
    return jdbc.sql("select tableoid::regclass::text from attestation where id = :id")
        .param("id", attestation)
        .query(String.class)
        .single();
  }

  /** One authentic evidence of a device of its own, received at the time given. */
  private UUID attestation(OffsetDateTime receivedAt) {
    UUID id = UUID.randomUUID();
    byte[] unique =
        (id + "................")
            .substring(0, 32)
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    jdbc.sql(
            """
            with g as (insert into device_group (id, name) values (:id, :name) returning id),
                 d as (insert into device (id, name, group_id, lifecycle) select :id, 'moved', id, 'active' from g returning id),
                 t as (insert into tpm (id, device_id, genuine, ours, sealing_ek) select :id, id, 'registered', 'approval', :unique from d returning id),
                 e as (insert into ek (fingerprint, tpm_id, template, area, name, genuine) select :unique, id, 'L-2', '', :unique, 'unproven' from t)
            insert into attestation (id, received_at, device_id, tpm_id, purpose, verdict, reasons, warnings, matched_versions,
                policy_revision, epoch, address, nonce, token_digest, claims, quote, signature, pcr_values)
            select :id, :at, d.id, t.id, 'report', 'trusted', '{}', '{}', '{}', 1, 1, '127.0.0.1', :unique, :unique, '', '', '',
                decode(repeat('00', 480), 'hex')
            from d, t
            """)
        .param("id", id)
        .param("name", "g" + id)
        .param("unique", unique)
        .param("at", receivedAt)
        .update();
    return id;
  }
}
