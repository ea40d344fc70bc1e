-- One token, by its hash.
INSERT INTO auth_tokens (user_id, token_hash, token_prefix, description, scopes, expires_at)
VALUES (%(user_id)s, %(token_hash)s, %(token_prefix)s, %(description)s, %(scopes)s, %(expires_at)s)
RETURNING id, token_prefix, description, scopes, created_at, last_used_at, expires_at;
