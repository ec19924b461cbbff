// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.keys.jdbc;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.keys.KeyPurpose;
import io.fleetverifier.server.keys.KeyStorage;
import io.fleetverifier.server.keys.NewKey;
import io.fleetverifier.server.keys.WrappedKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Wrapped keys in the table {@code server_key}. */
@Component
class JdbcKeyStorage implements KeyStorage {

  /** The advisory lock of everything that makes keys. */
  private static final long LOCK = 3;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  /** Keys are needed before JPA is up, so the transactions are plain JDBC ones. */
  JdbcKeyStorage(JdbcClient jdbc, DataSource dataSource) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
  }

  @Override
  public <T> T exclusively(Supplier<T> action) {
    return Objects.requireNonNull(
        transaction.execute(status -> {
          jdbc.sql("select pg_advisory_xact_lock(?)").param(LOCK).query(row -> {});
          return action.get();
        }));
  }

  @Override
  public Optional<String> kekId() {
    return jdbc.sql("select kek_id from installation where kek_id is not null")
        .query(String.class)
        .optional();
  }

  @Override
  public void nameKek(String kekId) {
    int named =
        jdbc.sql("update installation set kek_id = ? where kek_id is null").param(kekId).update();
    if (named != 1) {
      throw new IllegalStateException("the database names a key-encryption key already");
    }
  }

  @Override
  public List<WrappedKey> keys() {
    return jdbc.sql(
            """
            select purpose, key_id, wrapped, public_point, certificate, kek_id, created_at
            from server_key where retired_at is null order by created_at, id\
            """)
        .query(JdbcKeyStorage::wrappedKey)
        .list();
  }

  @Override
  public void add(NewKey key) {
    jdbc.sql(
            """
            insert into server_key
              (id, purpose, key_id, wrapped, public_point, certificate, kek_id, created_at)
            values (gen_random_uuid(), ?, ?, ?, ?, ?, ?, clock_timestamp())\
            """)
        .param(key.purpose().code())
        .param(key.keyId().toArray())
        .param(key.wrapped().toArray())
        .param(key.publicPoint().map(Bytes::toArray).orElse(null))
        .param(key.certificate().map(Bytes::toArray).orElse(null))
        .param(key.kekId())
        .update();
  }

  @Override
  public void retire(Bytes keyId) {
    jdbc.sql(
            """
            update server_key set retired_at = clock_timestamp()
            where key_id = ? and retired_at is null\
            """)
        .param(keyId.toArray())
        .update();
  }

  private static WrappedKey wrappedKey(ResultSet row, int number) throws SQLException {
    return new WrappedKey(
        new NewKey(
            KeyPurpose.valueOf(row.getString("purpose").toUpperCase(Locale.ROOT)),
            Bytes.copyOf(row.getBytes("key_id")),
            Bytes.copyOf(row.getBytes("wrapped")),
            Optional.ofNullable(row.getBytes("public_point")).map(Bytes::copyOf),
            Optional.ofNullable(row.getBytes("certificate")).map(Bytes::copyOf),
            row.getString("kek_id")),
        row.getObject("created_at", OffsetDateTime.class).toInstant());
  }
}
