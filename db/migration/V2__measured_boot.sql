-- SPDX-License-Identifier: Apache-2.0
-- What a boot log adds to the registers: baseline versions with rules over the events that a quote proves, where a version's values came from,
-- and what the log of each evidence explained.

-- Where the values of a version came from, so that a boot that differs can be explained: the log of the boot they were taken from, or what is
-- known of the image they were foretold from.
ALTER TABLE baseline_version
    DROP CONSTRAINT baseline_version_origin_check,
    ADD CONSTRAINT baseline_version_origin_check CHECK (origin IN ('typed', 'capture', 'event-log', 'image')),
    ADD COLUMN source_log hash32 REFERENCES event_log (sha256),
    ADD COLUMN source_image jsonb,
    ADD CHECK (source_image IS NULL OR (origin = 'image' AND jsonb_typeof(source_image) = 'object')),
    ADD CHECK (source_log IS NULL OR origin IN ('capture', 'event-log'));

-- Every event of the register must be one of these digests (or the register's separator), and each that is required must occur. PCR 11 is
-- given by value for each phase; of the others, those that serve at all.
CREATE TABLE event_rule (
    version_id uuid     NOT NULL REFERENCES baseline_version (id) ON DELETE CASCADE,
    pcr        smallint NOT NULL CHECK (pcr BETWEEN 0 AND 15 AND pcr NOT IN (10, 11)),
    digest     hash32   NOT NULL,
    required   boolean  NOT NULL,
    PRIMARY KEY (version_id, pcr, digest)
);

-- Secure Boot is on; whatever was checked was checked against one of the authorities; dbx holds at least what is forbidden.
CREATE TABLE secure_boot_rule (
    version_id uuid   NOT NULL REFERENCES baseline_version (id) ON DELETE CASCADE,
    demand     text   NOT NULL CHECK (demand IN ('authority', 'forbidden')),
    digest     hash32 NOT NULL,
    PRIMARY KEY (version_id, demand, digest)
);

CREATE OR REPLACE FUNCTION baseline_version_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (TG_OP = 'DELETE' OR
        (NEW.id, NEW.baseline_id, NEW.number, NEW.label, NEW.origin, NEW.source_log, NEW.source_image, NEW.created_at, NEW.created_by)
        IS DISTINCT FROM
        (OLD.id, OLD.baseline_id, OLD.number, OLD.label, OLD.origin, OLD.source_log, OLD.source_image, OLD.created_at, OLD.created_by)
        OR NEW.state = 'draft' OR (OLD.state = 'revoked' AND NEW.state <> 'revoked')) THEN
        RAISE EXCEPTION 'a published baseline version does not change' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'draft' AND NEW.state = 'published' THEN
        IF NOT EXISTS (SELECT FROM reference_value WHERE version_id = NEW.id)
            AND NOT EXISTS (SELECT FROM event_rule WHERE version_id = NEW.id)
            AND NOT EXISTS (SELECT FROM secure_boot_rule WHERE version_id = NEW.id) THEN
            RAISE EXCEPTION 'a version without reference values or rules is not published' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT FROM secure_boot_rule WHERE version_id = NEW.id)
            AND NOT EXISTS (SELECT FROM secure_boot_rule WHERE version_id = NEW.id AND demand = 'authority') THEN
            RAISE EXCEPTION 'a rule on Secure Boot names at least one authority' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER immutable BEFORE INSERT OR UPDATE OR DELETE ON event_rule FOR EACH ROW EXECUTE FUNCTION reference_value_is_immutable();
CREATE TRIGGER immutable BEFORE INSERT OR UPDATE OR DELETE ON secure_boot_rule FOR EACH ROW EXECUTE FUNCTION reference_value_is_immutable();

-- What the boot log of the evidence explained when it was received: {"log", "pcrs": {index: status}, "secureBoot", "findings"}.
ALTER TABLE attestation ADD COLUMN boot jsonb CHECK (jsonb_typeof(boot) = 'object');

GRANT SELECT, INSERT, DELETE ON event_rule, secure_boot_rule TO ${appRole};
