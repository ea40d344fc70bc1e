-- The rows of this attempt are settled.
DELETE FROM digest_attempts WHERE id = %(id)s;
