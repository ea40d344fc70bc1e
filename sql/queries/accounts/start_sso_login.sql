-- A login that goes to the provider.
INSERT INTO sso_logins
    (state_hash, browser_hash, nonce, code_verifier, next_path, link_user_id, invitation_hash, expires_at)
VALUES (%(state_hash)s, %(browser_hash)s, %(nonce)s, %(code_verifier)s, %(next_path)s,
    %(link_user_id)s, %(invitation_hash)s, now() + %(lifetime)s);
