-- What some issues are called.
SELECT issues.id, title, upper(slug) || '-' || digest_order AS short_id, digest_order
FROM issues JOIN projects ON projects.id = issues.project_id
WHERE project_id = %(project_id)s AND issues.id = ANY(%(issue_ids)s::uuid[]);
