-- One session, by the hash of its secret.
INSERT INTO sessions (token_hash, user_id, expires_at, user_agent, remote_addr)
VALUES (%(token_hash)s, %(user_id)s, now() + %(lifetime)s, %(user_agent)s, %(remote_addr)s);
