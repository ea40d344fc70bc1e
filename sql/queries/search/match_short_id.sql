-- The issue called WEB-42.
SELECT coalesce(array_agg(issues.project_id::bigint << 32 | digest_order), '{}') AS keys
FROM issues
JOIN projects ON projects.id = issues.project_id
WHERE project_id = ANY(%(project_ids)s::integer[]) AND slug = %(slug)s AND digest_order = %(number)s;
