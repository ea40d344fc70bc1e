-- What was decided about the grouping of some projects, undone or not, in order.
SELECT project_id, position, decided_at, actor, kind, details
FROM decisions
WHERE project_id = ANY(%(project_ids)s::integer[]) AND issue_id IS NULL
  AND kind IN ('change_grouping', 'undo')
ORDER BY position;
