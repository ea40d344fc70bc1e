-- Set a channel anew.
UPDATE notification_channels
SET name = %(name)s, config = %(config)s::text::jsonb, is_enabled = %(is_enabled)s, updated_at = now()
WHERE id = %(id)s
RETURNING *;
