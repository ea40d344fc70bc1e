-- The tags of issues go with them.
DELETE FROM issue_tags WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[]);
