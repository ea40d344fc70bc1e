-- Shared hold on projects, in key order: digests run side by side, rearrangements wait.
SELECT pg_advisory_xact_lock_shared(1, project_id)
FROM (SELECT unnest(%(project_ids)s::integer[]) AS project_id ORDER BY 1) AS wanted;
