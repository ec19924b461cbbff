// SPDX-License-Identifier: Apache-2.0
package io.fleetverifier.server.attestation;

import io.fleetverifier.bytes.Bytes;
import io.fleetverifier.protocol.Purpose;
import io.fleetverifier.server.challenge.ChallengeService;
import io.fleetverifier.server.keys.AnswerKeys;
import io.fleetverifier.tpm.EkTemplate;
import io.fleetverifier.tpm.TpmHandles;
import io.fleetverifier.tpm.TpmtPublic;
import io.fleetverifier.tpm.testing.SoftTpm;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Groups, baselines and devices as enrolment and the management plane would have written them; each
 * with a name of its own, so that tests do not meet in the shared database.
 */
final class Fleet {
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final ChallengeService challenges;
  private final AnswerKeys answerKeys;

  Fleet(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      ChallengeService challenges,
      AnswerKeys answerKeys) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.challenges = challenges;
    this.answerKeys = answerKeys;
  }

  /** A group without any baseline. */
  UUID group() {
    UUID id = UUID.randomUUID();
    jdbc.sql("INSERT INTO device_group (id, name) VALUES (:id, :name)")
        .param("id", id)
        .param("name", "g-" + id)
        .update();
    return id;
  }

  /** A device that has started, alone in its group; its baselines are those of this boot. */
  TestDevice knownDevice() {
    TestDevice device = device(group());
    device.boot("1.4");
    bind(device.group(), accepted(device, "firmware", 0, 2, 7));
    bind(device.group(), accepted(device, "image", 4, 11));
    return device;
  }

  /** A device that has not started yet. */
  TestDevice device(UUID group) {
    UUID id = UUID.randomUUID();
    SoftTpm tpm = SoftTpm.seeded(id.toString());
    UUID tpmId = UUID.randomUUID();
    transaction.executeWithoutResult(status -> insert(id, tpmId, group, tpm));
    return new TestDevice(jdbc, challenges, answerKeys, id, tpmId, group, tpm);
  }

  private void insert(UUID id, UUID tpmId, UUID group, SoftTpm tpm) {
    TpmtPublic ek = tpm.ek(EkTemplate.L2);
    jdbc.sql(
            "INSERT INTO device (id, name, group_id, lifecycle) VALUES (:id, 'd', :group, 'active')")
        .param("id", id)
        .param("group", group)
        .update();
    jdbc.sql(
            """
            INSERT INTO tpm (id, device_id, genuine, ours, sealing_ek)
            VALUES (:id, :device, 'registered', 'registered', :ek)
            """)
        .param("id", tpmId)
        .param("device", id)
        .param("ek", ek.subjectPublicKeyInfo().sha256().toArray())
        .update();
    jdbc.sql(
            """
            INSERT INTO ek (fingerprint, tpm_id, template, area, name, genuine)
            VALUES (:fingerprint, :tpm, 'L-2', :area, :name, 'registered')
            """)
        .param("fingerprint", ek.subjectPublicKeyInfo().sha256().toArray())
        .param("tpm", tpmId)
        .param("area", ek.encode().toArray())
        .param("name", ek.name().value().toArray())
        .update();
    jdbc.sql(
            """
            INSERT INTO ak (name, tpm_id, area, qualified_name) VALUES (:name, :tpm, :area, :qualified)
            """)
        .param("name", tpm.akName().value().toArray())
        .param("tpm", tpmId)
        .param("area", tpm.ak().encode().toArray())
        .param("qualified", tpm.akName().qualifiedUnder(TpmHandles.ENDORSEMENT).value().toArray())
        .update();
  }

  /** One version of one baseline, accepted for a group. */
  record Golden(UUID baseline, UUID version, UUID acceptance) {}

  /** A baseline whose only version is what these PCRs of the device hold now. */
  Golden accepted(TestDevice device, String aspect, Integer... pcrs) {
    return accepted(device.group(), aspect, device.tpm().pcrs(pcrs).values());
  }

  Golden accepted(UUID group, String aspect, Map<Integer, Bytes> values) {
    return accepted(group, baseline(aspect), 1, values);
  }

  private UUID baseline(String aspect) {
    UUID baseline = UUID.randomUUID();
    jdbc.sql(
            """
            INSERT INTO baseline (id, name, aspect, created_by) VALUES (:id, :name, :aspect, 'test')
            """)
        .param("id", baseline)
        .param("name", "b-" + baseline)
        .param("aspect", aspect)
        .update();
    return baseline;
  }

  /** A further version of a baseline, accepted. */
  Golden accepted(UUID group, UUID baseline, int number, Map<Integer, Bytes> values) {
    return accepted(group, baseline, number, values, "");
  }

  private Golden accepted(
      UUID group, UUID baseline, int number, Map<Integer, Bytes> values, String source) {
    UUID version = UUID.randomUUID();
    jdbc.sql(
            """
            INSERT INTO baseline_version (id, baseline_id, number, label, state, origin, created_by)
            VALUES (:id, :baseline, :number, :label, 'draft', 'typed', 'test')
            """)
        .param("id", version)
        .param("baseline", baseline)
        .param("number", number)
        .param("label", "1." + number)
        .update();
    values.forEach((pcr, value) ->
        jdbc.sql("INSERT INTO reference_value (version_id, pcr, value) VALUES (:id, :pcr, :value)")
            .param("id", version)
            .param("pcr", pcr)
            .param("value", value.toArray())
            .update());
    jdbc.sql(
            "UPDATE baseline_version SET state = 'published', published_at = now()"
                + source
                + " WHERE id = :id")
        .param("id", version)
        .update();
    return new Golden(baseline, version, accept(group, version));
  }

  /**
   * An image whose only version tells where its values came from, accepted.
   *
   * @param source assignments to columns of its row
   */
  Golden acceptedFrom(TestDevice device, String source, Integer... pcrs) {
    UUID baseline = baseline("image");
    return accepted(device.group(), baseline, 1, device.tpm().pcrs(pcrs).values(), ", " + source);
  }

  UUID accept(UUID group, UUID version) {
    UUID acceptance = UUID.randomUUID();
    jdbc.sql(
            """
            INSERT INTO acceptance (id, version_id, group_id, valid_from, created_by)
            VALUES (:id, :version, :group, now() - interval '1 hour', 'test')
            """)
        .param("id", acceptance)
        .param("version", version)
        .param("group", group)
        .update();
    return acceptance;
  }

  /** Enforces a baseline for all purposes. */
  void bind(UUID group, Golden golden) {
    bind(group, golden, List.of(Purpose.values()));
  }

  void bind(UUID group, Golden golden, List<Purpose> purposes) {
    jdbc.sql(
            """
            INSERT INTO binding (id, group_id, baseline_id, purposes, created_by)
            VALUES (:id, :group, :baseline, :purposes, 'test')
            """)
        .param("id", UUID.randomUUID())
        .param("group", group)
        .param("baseline", golden.baseline())
        .param("purposes", purposes.stream().map(Purpose::toString).toArray(String[]::new))
        .update();
  }
}
