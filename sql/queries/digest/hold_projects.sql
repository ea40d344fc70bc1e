-- Hold off the digests of all projects until the transaction ends.
SELECT pg_advisory_xact_lock(1, id) FROM (SELECT id FROM projects ORDER BY id) AS all_projects;
