-- The hours of issues go with them.
DELETE FROM issue_hours WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[]);
