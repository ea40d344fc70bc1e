-- End every session of somebody.
DELETE FROM sessions WHERE user_id = %(user_id)s;
