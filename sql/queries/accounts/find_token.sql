-- Who a token belongs to; tokens of disabled users open nothing.
SELECT auth_tokens.id, auth_tokens.user_id,
       coalesce(auth_tokens.last_used_at < now() - interval '1 minute', true) AS is_stale
FROM auth_tokens
LEFT JOIN users ON users.id = auth_tokens.user_id
WHERE auth_tokens.token_hash = %(token_hash)s AND coalesce(users.is_active, true);
