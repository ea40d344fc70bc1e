-- Issues of one project about to be decided about, locked in the order of the digest.
SELECT id, is_resolved, is_muted, priority, assignee_id, event_count, user_count
FROM issues
WHERE project_id = %(project_id)s AND id = ANY(%(issue_ids)s::uuid[])
  AND EXISTS (SELECT FROM projects WHERE id = %(project_id)s AND deleted_at IS NULL)
ORDER BY id
FOR NO KEY UPDATE;
