-- Tell a rebuild to stop.
UPDATE rebuilds SET state = 'cancelled', updated_at = now()
WHERE id = %(id)s AND state = 'running'
RETURNING *;
