-- Everything decided about some issues, undone or not, in order.
SELECT position, decided_at, actor, kind, issue_id, details
FROM decisions
WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[])
ORDER BY position;
