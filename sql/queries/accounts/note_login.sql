-- Remember the last login.
UPDATE users SET last_login = now() WHERE id = %(id)s;
