-- A new address; the unique index on lower(email) refuses one that is taken.
UPDATE users SET email = %(email)s WHERE id = %(id)s RETURNING id, email, is_admin;
