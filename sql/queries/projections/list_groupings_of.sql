-- The groupings that lead to some issues.
SELECT issue_id, id FROM groupings
WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[])
ORDER BY issue_id, id;
