-- SPDX-License-Identifier: Apache-2.0
-- The first schema. db/README.md tells it in words and as a diagram. Two roles: the migrator runs this and owns everything;
-- ${appRole} is what the server works as: data only, no structure, and on what must not be rewritten INSERT and SELECT alone.

-- 32-byte digests and the like.
CREATE DOMAIN hash32 AS bytea CHECK (octet_length(VALUE) = 32);
CREATE DOMAIN volume_name AS text CHECK (VALUE ~ '^[a-z0-9][a-z0-9._-]{0,62}$');
CREATE DOMAIN purpose AS text CHECK (VALUE IN ('provision', 'unlock', 'report'));

-- One row: what this installation is. epoch goes up when an older copy of the database may have come back.
CREATE TABLE installation (
    id          smallint    PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    epoch       integer     NOT NULL DEFAULT 1 CHECK (epoch >= 1),
    releases_on boolean     NOT NULL DEFAULT true,
    kek_id      text,
    created_at  timestamptz NOT NULL DEFAULT now()
);
INSERT INTO installation DEFAULT VALUES;

-- One row: goes up with every edit that can change a verdict. Edits bump it under the exclusive advisory lock 1; an attestation compares it
-- under the shared one, so that no release commits after such an edit was answered. edited_at lets a bound in time that has passed since (the
-- end of an acceptance, of an observation) be told from one that was already counted.
CREATE TABLE policy_revision (
    id        smallint    PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    revision  bigint      NOT NULL DEFAULT 1,
    edited_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO policy_revision DEFAULT VALUES;

-- The server's own keys, wrapped by the key-encryption key; purpose and key id are bound into the wrapping.
CREATE TABLE server_key (
    id           uuid        PRIMARY KEY,
    purpose      text        NOT NULL CHECK (purpose IN ('token', 'answer', 'ca')),
    key_id       bytea       NOT NULL UNIQUE CHECK (octet_length(key_id) BETWEEN 8 AND 32),
    wrapped      bytea       NOT NULL,
    public_point bytea       CHECK (octet_length(public_point) = 65),
    certificate  bytea,
    kek_id       text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    retired_at   timestamptz
);

-- People and programs of the management plane.
CREATE TABLE api_token (
    id           uuid        PRIMARY KEY,
    hash         hash32      NOT NULL UNIQUE,
    name         text        NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    role         text        NOT NULL CHECK (role IN ('viewer', 'auditor', 'operator', 'security-engineer', 'recovery-approver', 'admin')),
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL CHECK (expires_at > created_at),
    revoked_at   timestamptz,
    last_used_at timestamptz
);

-- A group says which devices it takes and what a release asks for.
CREATE TABLE device_group (
    id                    uuid        PRIMARY KEY,
    name                  text        NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    accept_unproven       boolean     NOT NULL DEFAULT false,
    accept_join_token     boolean     NOT NULL DEFAULT true,
    accept_approval       boolean     NOT NULL DEFAULT true,
    optional_ek_templates text[]      NOT NULL DEFAULT '{}' CHECK (optional_ek_templates <@ ARRAY['L-1', 'L-2']),
    source_networks       cidr[]      NOT NULL DEFAULT '{}',
    max_silence_seconds   bigint      CHECK (max_silence_seconds > 0),
    max_releases_per_boot integer     NOT NULL DEFAULT 5 CHECK (max_releases_per_boot BETWEEN 1 AND 1000),
    attest_every_seconds  integer     NOT NULL DEFAULT 3600 CHECK (attest_every_seconds BETWEEN 60 AND 604800),
    created_at            timestamptz NOT NULL DEFAULT now(),
    version               bigint      NOT NULL DEFAULT 0
);

-- A device is its own id and name; what it can prove hangs on tpm, ek and ak. Rows are never deleted: retired is the tombstone.
CREATE TABLE device (
    id          uuid        PRIMARY KEY,
    name        text        NOT NULL CHECK (name ~ '^[A-Za-z0-9._-]{1,64}$'),
    group_id    uuid        NOT NULL REFERENCES device_group (id),
    lifecycle   text        NOT NULL CHECK (lifecycle IN ('active', 'revoked', 'retired')),
    enrolled_at timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz,
    version     bigint      NOT NULL DEFAULT 0,
    CHECK ((lifecycle = 'retired') = (ended_at IS NOT NULL))
);
CREATE INDEX device_by_group ON device (group_id);

CREATE TABLE tpm (
    id            uuid        PRIMARY KEY,
    device_id     uuid        NOT NULL REFERENCES device (id),
    active        boolean     NOT NULL DEFAULT true,
    epoch         integer     NOT NULL DEFAULT 1 CHECK (epoch >= 1),
    genuine       text        NOT NULL CHECK (genuine IN ('endorsed', 'registered', 'unproven')),
    ours          text        NOT NULL CHECK (ours IN ('registered', 'join-token', 'approval')),
    sealing_ek    hash32      NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX one_active_tpm_per_device ON tpm (device_id) WHERE active;

-- Endorsement keys, unique over the fleet and never deleted: a revoked box cannot come back by its other EK.
CREATE TABLE ek (
    fingerprint hash32      PRIMARY KEY,
    tpm_id      uuid        NOT NULL REFERENCES tpm (id),
    template    text        NOT NULL,
    area        bytea       NOT NULL,
    name        bytea       NOT NULL UNIQUE,
    genuine     text        NOT NULL CHECK (genuine IN ('endorsed', 'registered', 'unproven')),
    certificate bytea,
    UNIQUE (tpm_id, template)
);
ALTER TABLE tpm ADD CONSTRAINT sealing_ek_exists FOREIGN KEY (sealing_ek) REFERENCES ek (fingerprint) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE ak (
    name           bytea       PRIMARY KEY CHECK (octet_length(name) BETWEEN 34 AND 66),
    tpm_id         uuid        NOT NULL REFERENCES tpm (id),
    area           bytea       NOT NULL,
    qualified_name bytea       NOT NULL UNIQUE,
    active         boolean     NOT NULL DEFAULT true,
    created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX one_active_ak_per_tpm ON ak (tpm_id) WHERE active;

-- What a TPM last said of itself. Only the attestation path writes it.
CREATE TABLE tpm_state (
    tpm_id           uuid        PRIMARY KEY REFERENCES tpm (id),
    epoch            integer     NOT NULL,
    reset_count      bigint      NOT NULL CHECK (reset_count BETWEEN 0 AND 4294967295),
    restart_count    bigint      NOT NULL CHECK (restart_count BETWEEN 0 AND 4294967295),
    clock            numeric(20) NOT NULL,
    safe             boolean     NOT NULL,
    firmware_version numeric(20) NOT NULL,
    srk_name         bytea,
    cleared          boolean     NOT NULL DEFAULT false,
    received_at      timestamptz NOT NULL
);

-- EKs known beforehand: the first form of proof that a TPM is genuine and ours.
CREATE TABLE ek_registration (
    fingerprint hash32      PRIMARY KEY,
    group_id    uuid        NOT NULL REFERENCES device_group (id),
    note        text        NOT NULL DEFAULT '' CHECK (length(note) <= 200),
    created_at  timestamptz NOT NULL DEFAULT now(),
    created_by  text        NOT NULL
);

CREATE TABLE join_token (
    id         uuid        PRIMARY KEY,
    hash       hash32      NOT NULL UNIQUE,
    group_id   uuid        NOT NULL REFERENCES device_group (id),
    uses       integer     NOT NULL CHECK (uses BETWEEN 1 AND 100000),
    used       integer     NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text        NOT NULL,
    CHECK (used BETWEEN 0 AND uses)
);

-- Proven enrolments that wait for a person. Not devices yet; swept after seven days.
CREATE TABLE waiting_enrolment (
    id         uuid        PRIMARY KEY,
    ek_set     hash32      NOT NULL UNIQUE,
    ek_code    text        NOT NULL,
    name       text        NOT NULL,
    ak_name    bytea       NOT NULL UNIQUE,
    request    bytea       NOT NULL,
    address    inet        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX waiting_by_address ON waiting_enrolment (address, created_at);

-- Spent nonces, challenge and enrolment alike. Not partitioned: the primary key must hold over all time. Pruned an hour after expiry.
CREATE TABLE redemption (
    nonce      hash32      PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX redemption_by_expiry ON redemption (expires_at);

-- Golden measurements. A version is immutable once published; that it counts is an acceptance; that it is asked for is a binding.
CREATE TABLE baseline (
    id         uuid        PRIMARY KEY,
    name       text        NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    aspect     text        NOT NULL CHECK (aspect ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text        NOT NULL
);

CREATE TABLE baseline_version (
    id           uuid        PRIMARY KEY,
    baseline_id  uuid        NOT NULL REFERENCES baseline (id),
    number       integer     NOT NULL CHECK (number >= 1),
    label        text        NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
    state        text        NOT NULL CHECK (state IN ('draft', 'published', 'revoked')),
    origin       text        NOT NULL CHECK (origin IN ('typed', 'capture')),
    created_at   timestamptz NOT NULL DEFAULT now(),
    created_by   text        NOT NULL,
    published_at timestamptz,
    revoked_at   timestamptz,
    version      bigint      NOT NULL DEFAULT 0,
    UNIQUE (baseline_id, number)
);

-- One value per PCR; PCR 11 also per phase path ('' is the plain image, 'enter-initrd', 'enter-initrd:leave-initrd', ...).
-- PCR 10 moves all the time, 16 and 23 can be reset by anybody: they never serve.
CREATE TABLE reference_value (
    version_id uuid     NOT NULL REFERENCES baseline_version (id) ON DELETE CASCADE,
    pcr        smallint NOT NULL CHECK (pcr BETWEEN 0 AND 15 AND pcr <> 10),
    phase      text     NOT NULL DEFAULT '' CHECK (phase = '' OR pcr = 11),
    value      hash32   NOT NULL,
    PRIMARY KEY (version_id, pcr, phase)
);

CREATE FUNCTION baseline_version_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (TG_OP = 'DELETE' OR
        (NEW.id, NEW.baseline_id, NEW.number, NEW.label, NEW.origin, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.baseline_id, OLD.number, OLD.label, OLD.origin, OLD.created_at, OLD.created_by)
        OR NEW.state = 'draft' OR (OLD.state = 'revoked' AND NEW.state <> 'revoked')) THEN
        RAISE EXCEPTION 'a published baseline version does not change' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'draft' AND NEW.state = 'published'
        AND NOT EXISTS (SELECT FROM reference_value WHERE version_id = NEW.id) THEN
        RAISE EXCEPTION 'a version without reference values is not published' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON baseline_version FOR EACH ROW EXECUTE FUNCTION baseline_version_is_immutable();

CREATE FUNCTION reference_value_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject uuid := CASE TG_OP WHEN 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
BEGIN
    IF TG_OP = 'UPDATE' OR EXISTS (SELECT FROM baseline_version WHERE id = subject AND state <> 'draft') THEN
        RAISE EXCEPTION 'a published baseline version does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER immutable BEFORE INSERT OR UPDATE OR DELETE ON reference_value FOR EACH ROW EXECUTE FUNCTION reference_value_is_immutable();

CREATE TABLE acceptance (
    id         uuid        PRIMARY KEY,
    version_id uuid        NOT NULL REFERENCES baseline_version (id),
    group_id   uuid        NOT NULL REFERENCES device_group (id),
    valid_from timestamptz NOT NULL,
    valid_to   timestamptz CHECK (valid_to > valid_from),
    ended_at   timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text        NOT NULL
);
CREATE UNIQUE INDEX one_open_acceptance ON acceptance (version_id, group_id) WHERE ended_at IS NULL;

CREATE TABLE binding (
    id            uuid        PRIMARY KEY,
    group_id      uuid        NOT NULL REFERENCES device_group (id),
    baseline_id   uuid        NOT NULL REFERENCES baseline (id),
    purposes      text[]      NOT NULL CHECK (purposes <@ ARRAY['provision', 'unlock', 'report'] AND cardinality(purposes) >= 1),
    observe_until timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    created_by    text        NOT NULL,
    UNIQUE (group_id, baseline_id)
);

-- Secrets. A version is pending until the device has shown the pin of the volume it made with it.
CREATE TABLE secret (
    id         uuid        PRIMARY KEY,
    device_id  uuid        NOT NULL REFERENCES device (id),
    volume     volume_name NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (device_id, volume)
);

CREATE TABLE secret_version (
    secret_id       uuid        NOT NULL REFERENCES secret (id),
    version         integer     NOT NULL CHECK (version >= 1),
    state           text        NOT NULL CHECK (state IN ('pending', 'active', 'retired')),
    ciphertext      bytea       NOT NULL,
    data_key        bytea       NOT NULL,
    kek_id          text        NOT NULL,
    sealing_ek_name bytea       NOT NULL,
    volume_pin      hash32,
    created_at      timestamptz NOT NULL DEFAULT now(),
    activated_at    timestamptz,
    PRIMARY KEY (secret_id, version),
    CHECK ((state = 'pending') = (volume_pin IS NULL) OR state = 'retired')
);
CREATE UNIQUE INDEX one_active_version ON secret_version (secret_id) WHERE state = 'active';
CREATE UNIQUE INDEX one_pending_version ON secret_version (secret_id) WHERE state = 'pending';

-- Logs that came with evidence, once per content.
CREATE TABLE event_log (
    sha256     hash32      PRIMARY KEY,
    type       text        NOT NULL CHECK (type IN ('tcg-boot', 'ima', 'systemd-json')),
    data       bytea       NOT NULL CHECK (octet_length(data) <= 1048576),
    first_seen timestamptz NOT NULL DEFAULT now(),
    CHECK (sha256::bytea = sha256(data))
);

-- Every authentic evidence and what became of it. Partitioned by month.
CREATE TABLE attestation (
    id               uuid        NOT NULL,
    received_at      timestamptz NOT NULL,
    device_id        uuid        NOT NULL REFERENCES device (id),
    tpm_id           uuid        NOT NULL REFERENCES tpm (id),
    purpose          purpose     NOT NULL,
    verdict          text        NOT NULL CHECK (verdict IN ('trusted', 'untrusted')),
    reasons          text[]      NOT NULL,
    refusals         text[]      NOT NULL DEFAULT '{}',
    warnings         text[]      NOT NULL,
    matched_versions uuid[]      NOT NULL,
    policy_revision  bigint      NOT NULL,
    epoch            integer     NOT NULL,
    address          inet        NOT NULL,
    nonce            hash32      NOT NULL,
    token_digest     hash32      NOT NULL,
    claims           bytea       NOT NULL CHECK (octet_length(claims) <= 16384),
    quote            bytea       NOT NULL CHECK (octet_length(quote) <= 1024),
    signature        bytea       NOT NULL CHECK (octet_length(signature) <= 1024),
    pcr_values       bytea       NOT NULL CHECK (octet_length(pcr_values) = 480),
    logs             bytea[]     NOT NULL DEFAULT '{}',
    PRIMARY KEY (id, received_at),
    CHECK ((verdict = 'trusted') = (reasons = '{}'))
) PARTITION BY RANGE (received_at);
CREATE INDEX attestation_by_device ON attestation (device_id, received_at DESC);
CREATE TABLE attestation_other PARTITION OF attestation DEFAULT;

-- Makes the partitions of this month and the three that follow, and moves rows that the default partition caught meanwhile.
CREATE FUNCTION ensure_attestation_partitions(as_of timestamptz DEFAULT now()) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    month_start timestamptz;
    part        text;
BEGIN
    PERFORM pg_advisory_xact_lock(2);
    FOR i IN 0..3 LOOP
        month_start := date_trunc('month', as_of) + make_interval(months => i);
        part := 'attestation_' || to_char(month_start, 'YYYY_MM');
        CONTINUE WHEN to_regclass(part) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE attestation INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
        EXECUTE format('WITH moved AS (DELETE FROM attestation_other WHERE received_at >= %L AND received_at < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
            month_start, month_start + interval '1 month', part);
        EXECUTE format('ALTER TABLE attestation ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            part, month_start, month_start + interval '1 month');
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION ensure_attestation_partitions(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_attestation_partitions(timestamptz) TO ${appRole};
SELECT ensure_attestation_partitions();

-- Each secret that was let go, for the count per boot and for the record.
CREATE TABLE secret_release (
    id             uuid        PRIMARY KEY,
    secret_id      uuid        NOT NULL,
    version        integer     NOT NULL,
    device_id      uuid        NOT NULL REFERENCES device (id),
    tpm_id         uuid        NOT NULL REFERENCES tpm (id),
    tpm_epoch      integer     NOT NULL,
    reset_count    bigint      NOT NULL,
    attestation_id uuid        NOT NULL,
    released_at    timestamptz NOT NULL,
    FOREIGN KEY (secret_id, version) REFERENCES secret_version (secret_id, version)
);
CREATE INDEX release_per_boot ON secret_release (secret_id, tpm_id, tpm_epoch, reset_count);

-- Present trust of a device, from its last authentic evidence. Only the attestation path and re-evaluation write it.
CREATE TABLE device_status (
    device_id        uuid        PRIMARY KEY REFERENCES device (id),
    verdict          text        NOT NULL CHECK (verdict IN ('trusted', 'untrusted')),
    reasons          text[]      NOT NULL,
    warnings         text[]      NOT NULL DEFAULT '{}',
    since            timestamptz NOT NULL,
    last_evidence_at timestamptz NOT NULL,
    attestation_id   uuid        NOT NULL,
    policy_revision  bigint      NOT NULL,
    epoch            integer     NOT NULL
);

-- Each change of a device's verdict or life cycle. Order of the feed: (epoch, xid, id), earlier epochs whole, the present one below the snapshot's xmin.
CREATE TABLE status_change (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    epoch      integer     NOT NULL,
    xid        xid8        NOT NULL DEFAULT pg_current_xact_id(),
    at         timestamptz NOT NULL DEFAULT now(),
    device_id  uuid        NOT NULL REFERENCES device (id),
    previous   text        NOT NULL CHECK (previous IN ('none', 'trusted', 'untrusted', 'revoked', 'retired')),
    present    text        NOT NULL CHECK (present IN ('none', 'trusted', 'untrusted', 'revoked', 'retired')),
    reasons    text[]      NOT NULL DEFAULT '{}'
);
CREATE INDEX status_change_order ON status_change (epoch, xid, id);
CREATE INDEX status_change_by_device ON status_change (device_id, id);

-- A failure stays open here after the verdict recovers, until somebody acknowledges it.
CREATE TABLE finding (
    id              uuid        PRIMARY KEY,
    device_id       uuid        NOT NULL REFERENCES device (id),
    code            text        NOT NULL,
    opened_at       timestamptz NOT NULL,
    last_seen_at    timestamptz NOT NULL,
    count           bigint      NOT NULL DEFAULT 1,
    acknowledged_at timestamptz,
    acknowledged_by text
);
CREATE UNIQUE INDEX one_open_finding ON finding (device_id, code) WHERE acknowledged_at IS NULL;

-- What is known of each device now, and the one state that follows. The first of these that holds is the state: retired, revoked, never-attested
-- (no authentic evidence yet), untrusted (the last evidence under present policy), stale (silent for more than twice its group's interval), trusted.
CREATE VIEW device_trust AS
SELECT d.id AS device_id, d.name, g.name AS group_name, d.lifecycle, d.enrolled_at, d.ended_at,
       s.verdict, coalesce(s.reasons, '{}') AS reasons, coalesce(s.warnings, '{}') AS warnings, s.last_evidence_at, s.attestation_id,
       t.freshness, t.state,
       CASE t.state
           WHEN 'retired' THEN d.ended_at
           WHEN 'revoked' THEN (SELECT max(c.at) FROM status_change c WHERE c.device_id = d.id AND c.present = 'revoked')
           WHEN 'never-attested' THEN d.enrolled_at
           WHEN 'stale' THEN t.stale_at
           ELSE s.since
       END AS since,
       (SELECT count(*) FROM finding f WHERE f.device_id = d.id AND f.acknowledged_at IS NULL) AS open_findings
FROM device d
JOIN device_group g ON g.id = d.group_id
LEFT JOIN device_status s ON s.device_id = d.id
CROSS JOIN LATERAL (
    SELECT f.stale_at, f.freshness,
           CASE
               WHEN d.lifecycle <> 'active' THEN d.lifecycle
               WHEN f.freshness = 'never' THEN 'never-attested'
               WHEN s.verdict = 'untrusted' THEN 'untrusted'
               WHEN f.freshness = 'stale' THEN 'stale'
               ELSE 'trusted'
           END AS state
    FROM (SELECT a.stale_at,
                 CASE WHEN a.stale_at IS NULL THEN 'never' WHEN a.stale_at < now() THEN 'stale' ELSE 'fresh' END AS freshness
          FROM (SELECT s.last_evidence_at + make_interval(secs => 2 * g.attest_every_seconds) AS stale_at) a) f) t;

-- Who did what. Written in the transaction of the act; never changed.
CREATE TABLE audit_event (
    id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL DEFAULT now(),
    actor     text        NOT NULL,
    act       text        NOT NULL,
    subject   text        NOT NULL,
    detail    jsonb       NOT NULL DEFAULT '{}'
);

-- What the server may do.
GRANT USAGE ON SCHEMA public TO ${appRole};
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${appRole};
REVOKE UPDATE ON audit_event, status_change, secret_release, attestation, event_log, redemption, ek, reference_value FROM ${appRole};
REVOKE INSERT ON installation, policy_revision FROM ${appRole};
GRANT DELETE ON waiting_enrolment, redemption, baseline_version, reference_value, ek_registration, binding TO ${appRole};

-- Partitions are reached through their parent, with its rights; the history of migrations is not the server's to write.
REVOKE ALL ON flyway_schema_history FROM ${appRole};
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'attestation'::regclass LOOP
        EXECUTE format('REVOKE ALL ON %s FROM ${appRole}', part);
    END LOOP;
END $$;
