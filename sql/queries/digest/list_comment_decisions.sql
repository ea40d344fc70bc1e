-- Everything decided about the comments of a project, and everything that was undone, in order.
SELECT position, decided_at, actor, kind, project_id, issue_id, details FROM decisions
WHERE project_id = %(project_id)s AND kind IN ('comment', 'edit_comment', 'delete_comment', 'undo')
ORDER BY position;
