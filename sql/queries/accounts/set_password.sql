-- A new password.
UPDATE users SET password_hash = %(password_hash)s WHERE id = %(id)s;
