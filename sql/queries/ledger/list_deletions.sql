-- Every deletion of an issue, and everything that was undone, of one project or of all (null), in order.
SELECT position, project_id, issue_id, kind, decided_at, details FROM decisions
WHERE kind IN ('delete', 'undo')
  AND (%(project_id)s::integer IS NULL OR project_id = %(project_id)s)
ORDER BY position;
