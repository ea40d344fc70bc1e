-- A decision as it was taken elsewhere.
INSERT INTO decisions (decided_at, project_id, issue_id, actor, kind, details)
VALUES (%(decided_at)s, %(project_id)s, %(issue_id)s, %(actor)s, %(kind)s, %(details)s::jsonb)
RETURNING position;
