-- One token, by its hash.
INSERT INTO auth_tokens (user_id, token_hash, token_prefix, description)
VALUES (%(user_id)s, %(token_hash)s, %(token_prefix)s, %(description)s)
RETURNING id, description, created_at;
