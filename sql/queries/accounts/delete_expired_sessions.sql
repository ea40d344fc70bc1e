-- Clear away sessions nobody can use.
DELETE FROM sessions WHERE expires_at <= now();
