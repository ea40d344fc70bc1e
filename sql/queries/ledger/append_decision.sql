-- Append one decision; the caller folds it in the same transaction.
INSERT INTO decisions (project_id, issue_id, kind, actor)
VALUES (%(project_id)s, %(issue_id)s, %(kind)s, %(actor)s)
RETURNING decided_at;
