-- Everything decided about where groupings of a project lead, undone or not, in order.
SELECT position, decided_at, actor, kind, issue_id, details
FROM decisions
WHERE project_id = %(project_id)s AND kind IN ('merge', 'split', 'change_grouping', 'undo')
ORDER BY position;
