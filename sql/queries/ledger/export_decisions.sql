-- Everything decided about a project and its issues, in order.
SELECT position, decided_at, actor, kind, issue_id, details FROM decisions
WHERE project_id = %(project_id)s
ORDER BY position;
