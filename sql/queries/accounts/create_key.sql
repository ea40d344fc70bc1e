-- Another key for a project.
INSERT INTO dsn_keys (project_id, label) VALUES (%(project_id)s, %(label)s)
RETURNING id, label, public_key, created_at, revoked_at;
