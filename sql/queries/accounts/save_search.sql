-- Keep a search under a name; what was kept under it before is replaced in its place. No row where there would be
-- too many.
INSERT INTO saved_searches (user_id, name, query)
SELECT %(user_id)s, %(name)s, %(search)s
WHERE (SELECT count(*) FROM saved_searches WHERE user_id = %(user_id)s AND name <> %(name)s) < %(most)s
ON CONFLICT (user_id, name) DO UPDATE SET query = excluded.query
RETURNING name, query, saved_at;
