// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation.jdbc;

/**
 * The one read of an attestation: everything on record for one attestation key, in one statement,
 * but for the contents of baseline versions, which never change.
 */
final class ContextQuery {
  private ContextQuery() {}

  /**
   * What the group {@code g} asks for; see {@link ContextJson#bindings}. What its versions demand
   * is for {@link VersionContents}.
   */
  static final String BINDINGS =
      """
      (SELECT jsonb_agg(jsonb_build_object(
           'baseline', b.name, 'aspect', b.aspect, 'purposes', bi.purposes, 'observeUntil', bi.observe_until,
           'versions', (SELECT jsonb_agg(jsonb_build_object(
                'id', v.id, 'number', v.number, 'label', v.label, 'revoked', v.state = 'revoked',
                'accepted', (SELECT jsonb_agg(jsonb_build_object('from', c.valid_from, 'to', c.valid_to))
                             FROM acceptance c WHERE c.version_id = v.id AND c.group_id = g.id AND c.ended_at IS NULL)))
              FROM baseline_version v WHERE v.baseline_id = b.id AND v.state <> 'draft')))
       FROM binding bi JOIN baseline b ON b.id = bi.baseline_id WHERE bi.group_id = g.id)
      """;

  /** Parameter {@code ak}: the Name of the key. At most one row. */
  static final String SQL =
      """
      SELECT d.id AS device_id, d.lifecycle, t.id AS tpm_id, t.epoch AS tpm_epoch,
             e.area AS ek_area, e.name AS ek_name, a.area AS ak_area, a.qualified_name,
             s.reset_count, s.restart_count, s.clock, s.safe, s.firmware_version, s.srk_name, s.cleared, s.received_at,
             (SELECT string_agg(text(n), ',') FROM unnest(g.source_networks) n) AS source_networks,
             g.max_silence_seconds, g.max_releases_per_boot, g.attest_every_seconds,
             refusal_that_counts(t.endorsement_refusal, g.accept_unproven) AS endorsement_refusal,
             i.epoch, i.releases_on, p.revision,
      """
          + BINDINGS
          + """
                 AS bindings,
                 (SELECT jsonb_agg(jsonb_build_object(
                      'id', x.id, 'volume', x.volume,
                      'highestVersion', (SELECT max(y.version) FROM secret_version y WHERE y.secret_id = x.id),
                      'versions', (SELECT jsonb_agg(jsonb_build_object(
                           'version', y.version, 'ciphertext', encode(y.ciphertext, 'hex'), 'dataKey', encode(y.data_key, 'hex'),
                           'kekId', y.kek_id, 'sealingEkName', encode(y.sealing_ek_name, 'hex'), 'pin', encode(y.volume_pin, 'hex')))
                         FROM secret_version y WHERE y.secret_id = x.id AND y.state <> 'retired'),
                      'boots', (SELECT jsonb_agg(jsonb_build_object('resetCount', q.reset_count, 'releases', q.n) ORDER BY q.reset_count DESC)
                         FROM (SELECT l.reset_count, count(*) AS n FROM secret_release l
                               WHERE l.secret_id = x.id AND l.tpm_id = t.id AND l.tpm_epoch = t.epoch
                               GROUP BY l.reset_count ORDER BY l.reset_count DESC LIMIT 16) q)))
                  FROM secret x WHERE x.device_id = d.id) AS secrets
          FROM ak a
          JOIN tpm t ON t.id = a.tpm_id AND t.active
          JOIN ek e ON e.fingerprint = t.sealing_ek
          JOIN device d ON d.id = t.device_id
          JOIN device_group g ON g.id = d.group_id
          CROSS JOIN installation i
          CROSS JOIN policy_revision p
          LEFT JOIN tpm_state s ON s.tpm_id = t.id AND s.epoch = t.epoch
          WHERE a.name = :ak AND a.active
          """;
}
