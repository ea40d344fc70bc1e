-- A delivery has ended; what another attempt made of it stands.
UPDATE alert_history
SET status = %(status)s, error_message = %(error)s, http_status_code = %(http_status)s,
    sent_at = CASE WHEN %(status)s::text = 'sent' THEN now() END, next_retry_at = NULL,
    claimed_until = NULL
WHERE id = %(id)s AND status = 'pending';
