-- How far a rebuild has come; nothing comes back if it was told to stop.
UPDATE rebuilds SET done = %(done)s, total = %(total)s, updated_at = now()
WHERE id = %(id)s AND state = 'running'
RETURNING id;
