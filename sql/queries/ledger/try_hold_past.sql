-- Nobody else changes what is in the ledger as long as this connection holds this.
SELECT pg_try_advisory_lock(2, 0) AS held;
