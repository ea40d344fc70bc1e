-- One session, by the hash of its secret.
INSERT INTO sessions (token_hash, user_id, expires_at)
VALUES (%(token_hash)s, %(user_id)s, now() + %(lifetime)s);
