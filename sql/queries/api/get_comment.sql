-- One comment on one issue.
SELECT issue_comments.id, issue_comments.issue_id, issue_comments.position, issue_comments.author,
       users.email, issue_comments.text, issue_comments.created_at, issue_comments.text_at
FROM issue_comments
LEFT JOIN users ON users.id = substring(issue_comments.author FROM '^user:(\d+)')::integer
WHERE issue_comments.project_id = %(project_id)s AND issue_comments.id = %(comment_id)s
  AND issue_comments.issue_id = %(issue_id)s
  AND issue_comments.position IS NOT NULL AND issue_comments.deleted_at IS NULL;
