-- Exclusive hold on one project; waits for the digests under way.
SELECT pg_advisory_xact_lock(1, %(project_id)s);
