-- Bring a regrouping from one state to another; nothing if it is in none of those it may come from.
UPDATE regroups SET state = %(state)s, done = 0, error = %(error)s, updated_at = now()
WHERE project_id = %(project_id)s AND id = %(id)s AND state = ANY(%(from_states)s::text[])
RETURNING *;
