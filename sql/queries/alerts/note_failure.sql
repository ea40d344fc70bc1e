-- A channel failed once more.
UPDATE notification_channels
SET failure_count = failure_count + 1, last_failure_at = now(), last_failure_message = %(error)s
WHERE id = %(id)s;
