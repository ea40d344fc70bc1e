-- Everything decided about comments, in order.
SELECT position, decided_at, actor, kind, project_id, issue_id, details FROM decisions
WHERE kind IN ('comment', 'edit_comment', 'delete_comment')
ORDER BY position;
