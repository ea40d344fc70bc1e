-- Log out.
DELETE FROM sessions WHERE token_hash = %(token_hash)s;
