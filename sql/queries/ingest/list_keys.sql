-- Every key that opens a project now.
SELECT dsn_keys.public_key, dsn_keys.project_id
FROM dsn_keys
JOIN projects ON projects.id = dsn_keys.project_id
WHERE dsn_keys.revoked_at IS NULL AND projects.deleted_at IS NULL;
