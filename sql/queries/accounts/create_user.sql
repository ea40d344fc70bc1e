-- One user; the unique index on lower(email) refuses a second of the same address.
INSERT INTO users (email, password_hash, is_admin)
VALUES (%(email)s, %(password_hash)s::text, %(is_admin)s)
RETURNING id, email, is_admin;
