-- Keep a search no longer.
DELETE FROM saved_searches WHERE user_id = %(user_id)s AND name = %(name)s;
