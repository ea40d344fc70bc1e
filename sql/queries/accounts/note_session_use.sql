-- Remember when a session was last used, to the minute: a write a request would cost more than the request.
UPDATE sessions SET last_seen_at = now() WHERE id = %(id)s;
