-- Whose token this is; an expired one, and one of a disabled user, opens nothing.
SELECT auth_tokens.id, auth_tokens.user_id, auth_tokens.scopes, users.email, users.is_admin,
       coalesce(auth_tokens.last_used_at < now() - interval '1 minute', true) AS is_stale
FROM auth_tokens
JOIN users ON users.id = auth_tokens.user_id
WHERE auth_tokens.token_hash = %(token_hash)s AND users.is_active
    AND (auth_tokens.expires_at IS NULL OR auth_tokens.expires_at > now());
