-- Remove somebody with their tokens, sessions and memberships; what they decided stays.
DELETE FROM users WHERE id = %(id)s;
