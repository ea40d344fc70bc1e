-- The active user of a session that has not expired.
SELECT users.id, users.email, users.is_admin, sessions.id AS session_id,
       sessions.last_seen_at < now() - interval '1 minute' AS is_stale
FROM sessions
JOIN users ON users.id = sessions.user_id
WHERE sessions.token_hash = %(token_hash)s AND sessions.expires_at > now() AND users.is_active;
