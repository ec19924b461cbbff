-- SPDX-License-Identifier: Apache-2.0
-- Each TPM says by what it was last judged, so that one which was enrolled by older roots is found; and one that nothing proves genuine counts
-- only where the group takes such.

-- SHA-256 that names roots, policy, deny list and day; null for what was never judged.
ALTER TABLE tpm ADD COLUMN judged_by hash32;
DROP TABLE ek_judgement;

ALTER TABLE tpm DROP COLUMN was_genuine;
UPDATE tpm SET endorsement_refusal = 'EK_NOT_ENDORSED' WHERE genuine = 'unproven' AND endorsement_refusal IS NULL;
-- Rows that wait for a deferred check keep their table from being altered.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE tpm ADD CONSTRAINT unproven_is_refused CHECK (genuine <> 'unproven' OR endorsement_refusal IS NOT NULL);

-- Which refusal counts in a group: one that accepts unproven TPMs does not mind that nobody vouches for one.
CREATE FUNCTION refusal_that_counts(refusal text, accepts_unproven boolean) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN accepts_unproven AND refusal = 'EK_NOT_ENDORSED' THEN NULL ELSE refusal END;

-- Some CAs gave certificates negative numbers.
ALTER TABLE ek_denial
    DROP CONSTRAINT ek_denial_serial_check,
    ADD CONSTRAINT ek_denial_serial_check CHECK (serial ~ '^-?[0-9a-f]{1,64}$');
