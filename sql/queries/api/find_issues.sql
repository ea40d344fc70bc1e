-- Which of these issues a project has.
SELECT id FROM issues
WHERE project_id = %(project_id)s AND id = ANY(%(issue_ids)s::uuid[])
ORDER BY id;
