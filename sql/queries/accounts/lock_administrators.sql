-- The active administrators, held, so that two of them cannot remove each other at once.
SELECT id FROM users WHERE is_admin AND is_active ORDER BY id FOR UPDATE;
