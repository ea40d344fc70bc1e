-- One invitation, by the hash of its token.
INSERT INTO invitations (token_hash, email, is_admin, grants, invited_by, expires_at)
VALUES (%(token_hash)s, %(email)s, %(is_admin)s, %(grants)s::jsonb, %(invited_by)s, now() + %(lifetime)s)
RETURNING id, email, is_admin, grants, invited_by, created_at, expires_at;
