-- Issues of one project about to be decided about, locked in the order of the digest. NULL for users
-- who need not be counted.
SELECT id, is_resolved, is_muted, priority, assignee_id, event_count,
       CASE WHEN %(count_users)s THEN (
           SELECT count(DISTINCT user_ident) FROM events
           WHERE events.project_id = issues.project_id AND events.issue_id = issues.id
             AND user_ident <> '') END AS user_count
FROM issues
WHERE project_id = %(project_id)s AND id = ANY(%(issue_ids)s::uuid[])
  AND EXISTS (SELECT FROM projects WHERE id = %(project_id)s AND deleted_at IS NULL)
ORDER BY id
FOR NO KEY UPDATE;
