-- A login that comes back, once, and to the browser that started it.
DELETE FROM sso_logins
WHERE state_hash = %(state_hash)s AND browser_hash = %(browser_hash)s AND expires_at > now()
RETURNING nonce, code_verifier, next_path, link_user_id, invitation_hash;
