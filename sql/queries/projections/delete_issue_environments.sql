-- The environments of issues go with them.
DELETE FROM issue_environments WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[]);
