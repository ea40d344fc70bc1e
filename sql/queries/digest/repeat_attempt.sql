-- Count one more start.
UPDATE digest_attempts SET tries = tries + 1 WHERE id = %(id)s;
