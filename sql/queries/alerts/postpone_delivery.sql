-- An attempt failed and there will be another; a worker that was thought dead changes nothing.
UPDATE alert_history
SET next_retry_at = now() + %(delay)s::interval, error_message = %(error)s, http_status_code = %(http_status)s,
    claimed_until = NULL
WHERE id = %(id)s AND status = 'pending' AND attempt_count = %(attempt)s
RETURNING next_retry_at;
