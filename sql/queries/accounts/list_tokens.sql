-- Every token without its secret.
SELECT id, token_prefix, description, created_at, last_used_at
FROM auth_tokens
ORDER BY created_at DESC, id DESC;
