-- The active user of a session that has not expired.
SELECT users.id, users.email, users.is_admin
FROM sessions
JOIN users ON users.id = sessions.user_id
WHERE sessions.token_hash = %(token_hash)s AND sessions.expires_at > now() AND users.is_active;
