-- Somebody's tokens without their secrets, or the one with an id.
SELECT id, token_prefix, description, scopes, created_at, last_used_at, expires_at
FROM auth_tokens
WHERE user_id = %(user_id)s AND (%(id)s::integer IS NULL OR id = %(id)s)
ORDER BY created_at DESC, id DESC;
