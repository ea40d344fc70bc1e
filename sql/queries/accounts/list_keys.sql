-- The DSN keys of a project, or the one with an id, in the order they were made.
SELECT id, label, public_key, created_at, revoked_at
FROM dsn_keys
WHERE project_id = %(project_id)s AND (%(id)s::integer IS NULL OR id = %(id)s)
ORDER BY id;
