-- Revoke a token.
DELETE FROM auth_tokens WHERE id = %(id)s;
