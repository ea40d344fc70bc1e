-- What some issues say of their newest event.
SELECT newest_position, value FROM issues
WHERE project_id = %(project_id)s AND id = ANY(%(issue_ids)s::uuid[]);
