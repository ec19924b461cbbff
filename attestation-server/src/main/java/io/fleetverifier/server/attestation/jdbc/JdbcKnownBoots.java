// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.json.WireJson;
import io.fleetverifier.server.appraisal.BootLog;
import io.fleetverifier.server.attestation.KnownBoot;
import io.fleetverifier.server.attestation.KnownBoot.GoodBoot;
import io.fleetverifier.server.attestation.KnownBoot.Source;
import io.fleetverifier.server.attestation.KnownBoots;
import io.fleetverifier.server.baseline.SourceImage;
import io.fleetverifier.server.baseline.StoredPcrs;
import io.fleetverifier.server.explanation.KnownImage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Good boots on record. Each statement reads a bounded number of rows by index. What a version came
 * from never changes and is kept; that another device of the group booted it well is kept for a
 * minute, found or not, so that a fleet that fails as a whole asks once.
 */
@Component
final class JdbcKnownBoots implements KnownBoots {

  /** The octets that the logs of either kind take at most, about. */
  private static final long MOST_KEPT = 32L << 20;

  /** A boot takes some octets without a log too. */
  private static final int LEAST_WEIGHT = 1 << 10;

  private static final String LOG =
      """
      SELECT l.data, a.pcr_values
        FROM (%s) a
        JOIN event_log l ON l.sha256 = ANY (a.logs) AND l.type = 'tcg-boot'
       WHERE :version = ANY (a.matched_versions)
       ORDER BY a.received_at DESC
       LIMIT 1
      """;

  private static final String OWN_BOOT =
      LOG.formatted(
          """
          SELECT received_at, pcr_values, logs, matched_versions FROM attestation
           WHERE device_id = :device AND verdict = 'trusted'
           ORDER BY received_at DESC LIMIT 32
          """);

  private static final String GROUP_BOOT =
      LOG.formatted(
          """
          SELECT e.received_at, e.pcr_values, e.logs, e.matched_versions
            FROM (SELECT p.id FROM device p
                   WHERE p.group_id = (SELECT group_id FROM device WHERE id = :device) AND p.id <> :device
                   LIMIT 256) peer
            JOIN device_status s ON s.device_id = peer.id AND s.verdict = 'trusted'
            JOIN attestation e ON e.id = s.attestation_id AND e.received_at = s.last_evidence_at AND e.verdict = 'trusted'
           LIMIT 64
          """);

  /** A version's source. */
  private record Origin(@Nullable KnownImage image, @Nullable GoodBoot log) {}

  private record Peer(UUID version, UUID group) {}

  private final JdbcClient jdbc;
  private final Cache<UUID, Origin> origins =
      Caffeine.newBuilder()
          .maximumWeight(MOST_KEPT)
          .weigher((UUID version, Origin origin) -> weight(origin.log()))
          .build();
  private final Cache<Peer, Optional<GoodBoot>> peers =
      Caffeine.newBuilder()
          .maximumWeight(MOST_KEPT)
          .weigher((Peer peer, Optional<GoodBoot> boot) -> weight(boot.orElse(null)))
          .expireAfterWrite(Duration.ofMinutes(1))
          .build();

  JdbcKnownBoots(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public KnownBoot of(UUID version, UUID device) {
    Origin origin = origins.get(version, this::origin);
    GoodBoot log = origin.log();
    if (log == null) {
      log =
          boot(OWN_BOOT, Source.OWN_BOOT, version, device)
              .or(() ->
                  peers.get(
                      new Peer(version, group(device)),
                      same -> boot(GROUP_BOOT, Source.GROUP_BOOT, version, device)))
              .orElse(null);
    }
    return new KnownBoot(origin.image(), log);
  }

  private static int weight(@Nullable GoodBoot boot) {
    return LEAST_WEIGHT + (boot == null ? 0 : boot.replay().log().weight());
  }

  private Origin origin(UUID version) {
    return jdbc.sql(
            """
            SELECT v.source_image, l.data FROM baseline_version v LEFT JOIN event_log l ON l.sha256 = v.source_log
             WHERE v.id = :version
            """)
        .param("version", version)
        .query((row, number) ->
            new Origin(image(row.getString("source_image")), log(row).orElse(null)))
        .optional()
        .orElse(new Origin(null, null));
  }

  private static Optional<GoodBoot> log(ResultSet row) throws SQLException {
    byte[] data = row.getBytes("data");
    return data == null ? Optional.empty() : read(Source.VERSION_LOG, Bytes.copyOf(data), Map.of());
  }

  private UUID group(UUID device) {
    return jdbc.sql("SELECT group_id FROM device WHERE id = :device")
        .param("device", device)
        .query(UUID.class)
        .single();
  }

  private Optional<GoodBoot> boot(String sql, Source source, UUID version, UUID device) {
    return jdbc.sql(sql)
        .param("version", version)
        .param("device", device)
        .query((row, number) ->
            read(
                source,
                Bytes.copyOf(row.getBytes("data")),
                new StoredPcrs(Bytes.copyOf(row.getBytes("pcr_values"))).values().values()))
        .optional()
        .flatMap(found -> found);
  }

  private static Optional<GoodBoot> read(Source source, Bytes log, Map<Integer, Bytes> values) {
    return BootLog.of(log) instanceof BootLog.Read(var replay)
        ? Optional.of(new GoodBoot(source, replay, values))
        : Optional.empty();
  }

  private static @Nullable KnownImage image(@Nullable String json) {
    if (json == null) {
      return null;
    }
    SourceImage image = WireJson.lenient().readValue(json, SourceImage.class);
    Map<String, Bytes> sections = new LinkedHashMap<>();
    image.sections().forEach(each -> sections.put(each.name(), Bytes.fromHex(each.sha256())));
    return new KnownImage(sections, Optional.ofNullable(image.commandLine()));
  }
}
