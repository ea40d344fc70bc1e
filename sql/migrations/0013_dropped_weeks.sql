-- Weeks of the ledger that retention took: since when facts are complete, and how much there was before.
CREATE TABLE dropped_weeks (
    week        timestamptz PRIMARY KEY,   -- its start
    bytes       bigint NOT NULL,
    dropped_at  timestamptz NOT NULL DEFAULT now()
);
