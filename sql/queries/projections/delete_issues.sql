-- The rows of issues; their numbers stay allotted.
DELETE FROM issues WHERE project_id = %(project_id)s AND id = ANY(%(issue_ids)s::uuid[]);
