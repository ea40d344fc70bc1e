-- What a rebuild folds, in parts of a transaction each: one row is marked for a thousand envelopes. A rebuild under
-- way begins anew.
DROP SCHEMA IF EXISTS projection_beside CASCADE;
DROP TABLE rebuild_envelopes;
TRUNCATE rebuild_begun;
CREATE TABLE rebuild_parts (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    envelopes    integer NOT NULL,
    received_at  timestamptz[] NOT NULL,   -- of each envelope, sorted
    positions    bigint[] NOT NULL,        -- of the same
    until        timestamptz NOT NULL,     -- when the last one was received
    is_done      boolean NOT NULL DEFAULT false
);
CREATE INDEX rebuild_parts_waiting ON rebuild_parts (id) WHERE NOT is_done;
