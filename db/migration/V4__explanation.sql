-- SPDX-License-Identifier: Apache-2.0
-- Why evidence was not trusted, told to operators when it was received: {"summary", "nextStep", "reasons"}. Never sent to a device.
ALTER TABLE attestation ADD COLUMN explanation jsonb CHECK (explanation IS NULL OR (jsonb_typeof(explanation) = 'object' AND verdict = 'untrusted'));

-- A boot that differs is compared with the last good ones: a few rows from the end of this index, however long a device has failed since.
CREATE INDEX attestation_trusted ON attestation (device_id, received_at DESC) WHERE verdict = 'trusted';
