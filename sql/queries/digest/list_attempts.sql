-- Attempts under way or left behind; a handful at most.
SELECT id, positions, tries FROM digest_attempts ORDER BY id;
