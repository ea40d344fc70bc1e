-- What was received until then stays out.
INSERT INTO issue_deletions (project_id, issue_id, deleted_at)
VALUES (%(project_id)s, %(issue_id)s, %(deleted_at)s)
ON CONFLICT (project_id, issue_id) DO UPDATE
SET deleted_at = greatest(issue_deletions.deleted_at, excluded.deleted_at);
