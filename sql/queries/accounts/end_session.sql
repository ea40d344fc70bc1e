-- End one session of somebody.
DELETE FROM sessions WHERE id = %(id)s AND user_id = %(user_id)s;
