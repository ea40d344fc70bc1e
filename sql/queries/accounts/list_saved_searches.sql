-- The searches somebody keeps, the oldest first.
SELECT name, query, saved_at FROM saved_searches WHERE user_id = %(user_id)s ORDER BY saved_at, name;
