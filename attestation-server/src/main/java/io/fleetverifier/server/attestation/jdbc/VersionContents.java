// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.server.appraisal.EventRules;
import io.fleetverifier.server.appraisal.ReferenceValues;
import io.fleetverifier.server.eventlog.SecureBootRule;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What published and revoked baseline versions demand. The database lets none of it change, so each
 * is read once and kept; that a version counts is read anew with each attestation.
 */
@Component
final class VersionContents {

  /** Values and digests that are kept at most; each takes about a hundred octets. */
  private static final int MOST_KEPT = 200_000;

  /**
   * What one version demands.
   *
   * @param size how many values and digests that is
   */
  record Content(ReferenceValues values, EventRules rules, int size) {}

  private final JdbcClient jdbc;
  private final Cache<UUID, Content> kept =
      Caffeine.newBuilder()
          .maximumWeight(MOST_KEPT)
          .weigher((UUID id, Content content) -> content.size() + 1)
          .build();

  VersionContents(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * The contents of versions that are no drafts, by id.
   *
   * @param versions their ids, all of which exist
   */
  Map<UUID, Content> of(Collection<UUID> versions) {
    return kept.getAll(new HashSet<>(versions), missing -> read(Set.copyOf(missing)));
  }

  private Map<UUID, Content> read(Set<UUID> versions) {
    Map<UUID, Parts> parts = new HashMap<>();
    versions.forEach(version -> parts.put(version, new Parts()));
    jdbc.sql(
            """
            SELECT version_id, 'value' AS part, pcr, phase, value FROM reference_value WHERE version_id = ANY (:versions)
            UNION ALL
            SELECT version_id, CASE WHEN required THEN 'required' ELSE 'allowed' END, pcr, NULL, digest
              FROM event_rule WHERE version_id = ANY (:versions)
            UNION ALL
            SELECT version_id, demand, NULL, NULL, digest FROM secure_boot_rule WHERE version_id = ANY (:versions)
            """)
        .param("versions", versions.toArray(UUID[]::new))
        .query(row -> {
          Objects.requireNonNull(parts.get(row.getObject("version_id", UUID.class))).add(row);
        });
    Map<UUID, Content> contents = new HashMap<>();
    parts.forEach((version, found) -> contents.put(version, found.content()));
    return contents;
  }

  /** The rows of one version. */
  private static final class Parts {
    private final Map<Integer, Bytes> values = new HashMap<>();
    private final Map<String, Bytes> phases = new HashMap<>();
    private final Map<Integer, Set<Bytes>> required = new HashMap<>();
    private final Map<Integer, Set<Bytes>> allowed = new HashMap<>();
    private final Set<Bytes> authorities = new HashSet<>();
    private final Set<Bytes> forbidden = new HashSet<>();
    private int size;

    void add(ResultSet row) throws SQLException {
      int pcr = row.getInt("pcr");
      Bytes value = Bytes.copyOf(row.getBytes("value"));
      size++;
      switch (row.getString("part")) {
        case "value" -> addValue(pcr, row.getString("phase"), value);
        case "required" -> required.computeIfAbsent(pcr, same -> new HashSet<>()).add(value);
        case "allowed" -> allowed.computeIfAbsent(pcr, same -> new HashSet<>()).add(value);
        case "authority" -> authorities.add(value);
        case "forbidden" -> forbidden.add(value);
        default -> throw new IllegalStateException("a part of a version that is not known");
      }
    }

    private void addValue(int pcr, String phase, Bytes value) {
      if (pcr == ReferenceValues.PHASE_PCR) {
        phases.put(phase, value);
      } else {
        values.put(pcr, value);
      }
    }

    Content content() {
      SecureBootRule secureBoot =
          authorities.isEmpty() ? null : new SecureBootRule(authorities, forbidden);
      return new Content(
          new ReferenceValues(new TreeMap<>(values), new TreeMap<>(phases)),
          EventRules.of(required, allowed, secureBoot),
          size);
    }
  }
}
