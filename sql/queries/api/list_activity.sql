-- What was decided about an issue, merges into it among them, newest first, beyond a position if one is given. A comment is shown as
-- it is worded now, and not at all once deleted; by whom and for whom is found by id.
SELECT decisions.position, decisions.decided_at, decisions.kind, decisions.actor, users.email,
       decisions.details, assignee.id AS assignee_id, assignee.email AS assignee_email,
       issue_comments.text,
       EXISTS (
           SELECT FROM decisions AS undo
           WHERE undo.project_id = decisions.project_id AND undo.kind = 'undo'
             AND (undo.details ->> 'position')::bigint = decisions.position
             AND NOT EXISTS (
                 SELECT FROM decisions AS again
                 WHERE again.project_id = undo.project_id AND again.kind = 'undo'
                   AND (again.details ->> 'position')::bigint = undo.position)) AS is_undone
FROM decisions
LEFT JOIN users ON users.id = substring(decisions.actor FROM '^user:(\d+)')::integer
LEFT JOIN users AS assignee
    ON decisions.kind = 'assign' AND assignee.id = (decisions.details ->> 'user_id')::integer
LEFT JOIN issue_comments
    ON decisions.kind = 'comment' AND issue_comments.project_id = decisions.project_id
    AND issue_comments.id = (decisions.details ->> 'comment_id')::uuid
    AND issue_comments.deleted_at IS NULL
WHERE decisions.project_id = %(project_id)s
  AND (decisions.issue_id = %(issue_id)s
       OR (decisions.kind = 'merge' AND decisions.details ->> 'into' = %(issue_id)s::text))
  AND decisions.position < coalesce(%(before)s::bigint, 9223372036854775807)
ORDER BY decisions.position DESC
LIMIT %(limit)s;
