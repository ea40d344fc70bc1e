-- The environments of some projects that are like a pattern.
SELECT DISTINCT environment
FROM project_hours
WHERE project_id = ANY(%(project_ids)s::integer[]) AND environment LIKE %(pattern)s AND environment <> '';
