-- A channel works.
UPDATE notification_channels SET last_success_at = now(), failure_count = 0 WHERE id = %(id)s;
