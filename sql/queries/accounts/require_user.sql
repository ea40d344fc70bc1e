-- The active user with an address in any case, or the first active administrator.
SELECT id, email, is_admin FROM users
WHERE is_active AND (lower(email) = lower(%(email)s) OR (%(email)s::text IS NULL AND is_admin))
ORDER BY id LIMIT 1;
