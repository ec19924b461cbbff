// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.device.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.device.Candidate;
import io.fleetverifier.server.device.WaitingEnrolments;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;

/** Table {@code waiting_enrolment}. A row past its time counts as gone, swept or not. */
@Component
final class JdbcWaitingEnrolments implements WaitingEnrolments {
  private static final Logger log = LoggerFactory.getLogger(JdbcWaitingEnrolments.class);

  private static final int MOST = 1_000;
  private static final int MOST_OF_ONE_ADDRESS_IN_AN_HOUR = 10;

  /** Key of the advisory lock that makes counting and adding one step. */
  private static final long COUNT_LOCK = 4;

  private final JdbcClient jdbc;

  JdbcWaitingEnrolments(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void lockForInsert() {
    jdbc.sql("SELECT 1 FROM pg_advisory_xact_lock(:lock)")
        .param("lock", COUNT_LOCK)
        .query(Integer.class)
        .single();
    prune();
  }

  @Override
  public Optional<Waiting> findByEkSet(Bytes ekSet) {
    return jdbc.sql(
            """
            SELECT id, ek_code, ak_name, request FROM waiting_enrolment
             WHERE ek_set = :ekSet AND expires_at > now()
            """)
        .param("ekSet", ekSet.toArray())
        .query((row, number) -> waiting(row))
        .optional();
  }

  @Override
  public Optional<Waiting> findById(UUID id) {
    return jdbc.sql(
            """
            SELECT id, ek_code, ak_name, request FROM waiting_enrolment
             WHERE id = :id AND expires_at > now()
            """)
        .param("id", id)
        .query((row, number) -> waiting(row))
        .optional();
  }

  private static Waiting waiting(ResultSet row) throws SQLException {
    return new Waiting(
        row.getObject("id", UUID.class),
        row.getString("ek_code"),
        Bytes.copyOf(row.getBytes("ak_name")),
        Candidate.fromJson(row.getBytes("request")));
  }

  @Override
  public boolean lockById(UUID id) {
    return jdbc.sql("SELECT id FROM waiting_enrolment WHERE id = :id FOR UPDATE")
        .param("id", id)
        .query(UUID.class)
        .optional()
        .isPresent();
  }

  @Override
  public boolean hasAk(Bytes akName) {
    return jdbc.sql("SELECT EXISTS (SELECT FROM waiting_enrolment WHERE ak_name = :name)")
        .param("name", akName.toArray())
        .query(Boolean.class)
        .single();
  }

  /** IPv6 addresses count by their /64 network, which is what one customer is given. */
  @Override
  public boolean hasRoom(InetAddress address) {
    return jdbc.sql(
            """
            SELECT count(*) < :most
                   AND count(*) FILTER (
                         WHERE created_at > now() - interval '1 hour'
                           AND address <<= CAST(:network AS inet)) < :mostOfOneAddress
              FROM waiting_enrolment
            """)
        .param("most", MOST)
        .param("mostOfOneAddress", MOST_OF_ONE_ADDRESS_IN_AN_HOUR)
        .param("network", network(address))
        .query(Boolean.class)
        .single();
  }

  private static String network(InetAddress address) {
    return literal(address) + (address instanceof Inet6Address ? "/64" : "/32");
  }

  /** Without the name of an interface, which the database does not know. */
  private static String literal(InetAddress address) {
    String literal = address.getHostAddress();
    int scope = literal.indexOf('%');
    return scope < 0 ? literal : literal.substring(0, scope);
  }

  @Override
  public UUID insert(NewWaiting waiting) {
    return jdbc.sql(
            """
            INSERT INTO waiting_enrolment
                   (id, ek_set, ek_code, name, ak_name, request, address, expires_at)
            VALUES (gen_random_uuid(), :ekSet, :ekCode, :name, :akName, :request,
                    CAST(:address AS inet), now() + interval '7 days')
            RETURNING id
            """)
        .param("ekSet", waiting.ekSet().toArray())
        .param("ekCode", waiting.ekCode())
        .param("name", waiting.candidate().name())
        .param("akName", waiting.akName().toArray())
        .param("request", waiting.candidate().toJson())
        .param("address", literal(waiting.address()))
        .query(UUID.class)
        .single();
  }

  @Override
  public Optional<UUID> removeByEkSet(Bytes ekSet) {
    return jdbc.sql("DELETE FROM waiting_enrolment WHERE ek_set = :ekSet RETURNING id")
        .param("ekSet", ekSet.toArray())
        .query(UUID.class)
        .optional();
  }

  @Override
  public boolean removeById(UUID id) {
    return jdbc.sql("DELETE FROM waiting_enrolment WHERE id = :id").param("id", id).update() == 1;
  }

  @Override
  public int prune() {
    return jdbc.sql("DELETE FROM waiting_enrolment WHERE expires_at <= now()").update();
  }

  /** A failed round costs nothing: rows past their time count as gone. */
  @Scheduled(fixedDelay = 600_000, initialDelay = 60_000)
  void pruneRegularly() {
    try {
      prune();
    } catch (DataAccessException | CannotCreateTransactionException e) {
      log.warn("Expired waiting enrolments could not be pruned.", e);
    }
  }
}
