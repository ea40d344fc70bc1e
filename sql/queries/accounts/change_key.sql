-- Change a key's label, or switch it off or on; null leaves either as it is.
UPDATE dsn_keys
SET label = coalesce(%(label)s::text, label),
    revoked_at = CASE
        WHEN %(is_active)s::boolean IS NULL THEN revoked_at
        WHEN NOT %(is_active)s::boolean THEN coalesce(revoked_at, now())
    END
WHERE project_id = %(project_id)s AND id = %(id)s
RETURNING id, label, public_key, created_at, revoked_at;
