-- What was written about issues that are deleted.
DELETE FROM issue_comments
WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[]);
