-- A user by address, whatever its case; for login only.
SELECT id, email, is_admin, is_active, password_hash FROM users WHERE lower(email) = lower(%(email)s);
