-- SPDX-License-Identifier: Apache-2.0
-- Endorsement keys that a vendor of TPMs vouches for: what was found of each certificate, what an operator denies, and what is judged again.

-- The certificates that came along between those of the keys and a vendor's root. They prove nothing by themselves.
-- endorsement_refusal: why the TPM no longer counts as the genuine one that was enrolled; written by judging anew, read by every appraisal.
-- 'EK_NOT_ENDORSED' counts only where the group does not accept unproven TPMs. was_genuine: whether its sealing EK ever was genuine.
ALTER TABLE tpm
    ADD COLUMN intermediates       bytea[] NOT NULL DEFAULT '{}' CHECK (cardinality(intermediates) <= 8),
    ADD COLUMN was_genuine         boolean NOT NULL DEFAULT false,
    ADD COLUMN endorsement_refusal text    CHECK (endorsement_refusal IN ('EK_DENIED', 'EK_REVOKED', 'EK_NOT_ENDORSED'));
UPDATE tpm SET was_genuine = genuine <> 'unproven';

-- What was found of the certificate when it was last judged, for people; null where there is no certificate.
ALTER TABLE ek ADD COLUMN endorsement jsonb;
GRANT UPDATE (genuine, endorsement) ON ek TO ${appRole};

-- What is refused although a vendor vouches for it. Each kind names what it means in columns of its own.
CREATE TABLE ek_denial (
    id            uuid        PRIMARY KEY,
    kind          text        NOT NULL CHECK (kind IN ('ek', 'certificate', 'authority', 'firmware')),
    fingerprint   hash32,
    issuer        text        CHECK (length(issuer) BETWEEN 1 AND 1000),
    serial        text        CHECK (serial ~ '^[0-9a-f]{1,64}$'),
    manufacturer  text        CHECK (length(manufacturer) BETWEEN 1 AND 16),
    first_version text        CHECK (first_version ~ '^[0-9a-f]{16}$'),
    last_version  text        CHECK (last_version ~ '^[0-9a-f]{16}$' AND last_version >= first_version),
    note          text        NOT NULL DEFAULT '' CHECK (length(note) <= 200),
    created_at    timestamptz NOT NULL DEFAULT now(),
    created_by    text        NOT NULL,
    CHECK ((kind IN ('ek', 'authority')) = (fingerprint IS NOT NULL)),
    CHECK ((kind = 'certificate') = (issuer IS NOT NULL) AND (kind = 'certificate') = (serial IS NOT NULL)),
    CHECK ((kind = 'firmware') = (manufacturer IS NOT NULL) AND (kind = 'firmware') = (first_version IS NOT NULL)
       AND (kind = 'firmware') = (last_version IS NOT NULL)),
    UNIQUE NULLS NOT DISTINCT (kind, fingerprint, issuer, serial, manufacturer, first_version, last_version)
);
GRANT SELECT, INSERT, DELETE ON ek_denial TO ${appRole};

-- One row: by which roots, policy, deny list and day all stored certificates were last judged.
CREATE TABLE ek_judgement (
    id        smallint    PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    judged_by hash32,
    judged_at timestamptz
);
INSERT INTO ek_judgement DEFAULT VALUES;
GRANT SELECT, UPDATE ON ek_judgement TO ${appRole};
