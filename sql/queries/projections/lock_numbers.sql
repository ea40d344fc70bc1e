-- One transaction at a time allots numbers in a project; taken only when an issue is new.
SELECT pg_advisory_xact_lock(2, project_id)
FROM (SELECT unnest(%(project_ids)s::integer[]) AS project_id ORDER BY 1) AS wanted;
