-- What was decided about the grouping of a project, undone or not, in order.
SELECT position, decided_at, actor, kind, details
FROM decisions
WHERE project_id = %(project_id)s AND issue_id IS NULL AND kind IN ('change_grouping', 'undo')
ORDER BY position;
