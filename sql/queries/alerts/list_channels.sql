-- Channels, or one of them, newest first.
SELECT * FROM notification_channels
WHERE %(id)s::integer IS NULL OR id = %(id)s
ORDER BY created_at DESC, id DESC;
