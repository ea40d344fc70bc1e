-- Append one decision about a project as a whole.
INSERT INTO decisions (project_id, kind, actor, details)
VALUES (%(project_id)s, %(kind)s, %(actor)s, %(details)s::jsonb)
RETURNING position, decided_at;
