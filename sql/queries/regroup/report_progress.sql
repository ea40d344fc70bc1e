-- How far a regrouping has come; nothing if it was meanwhile told to do something else.
UPDATE regroups SET done = %(done)s, total = %(total)s, updated_at = now()
WHERE id = %(id)s AND state = %(state)s
RETURNING id;
