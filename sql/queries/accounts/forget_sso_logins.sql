-- Logins that never came back.
DELETE FROM sso_logins WHERE state_hash IN (
    SELECT state_hash FROM sso_logins WHERE expires_at < now()
    ORDER BY expires_at LIMIT 10 FOR UPDATE SKIP LOCKED);
