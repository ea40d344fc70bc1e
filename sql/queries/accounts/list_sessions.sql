-- Where somebody is logged in, the latest first.
SELECT id, created_at, last_seen_at, expires_at, user_agent, remote_addr
FROM sessions WHERE user_id = %(user_id)s AND expires_at > now()
ORDER BY last_seen_at DESC, id DESC
LIMIT %(limit)s;
