-- The envelopes a rebuild of the read tables folds: marked in the transaction that folds them, so that a rebuild
-- that was killed goes on, and several processes share the work.
CREATE TABLE rebuild_envelopes (
    position     bigint PRIMARY KEY,
    received_at  timestamptz NOT NULL,
    is_done      boolean NOT NULL DEFAULT false
);
CREATE INDEX rebuild_envelopes_waiting ON rebuild_envelopes (position) WHERE NOT is_done;
-- The last decision a rebuild folded before it began with envelopes.
CREATE TABLE rebuild_begun (
    decision     bigint NOT NULL
);
