-- A rebuild has come to its end, unless it was told to stop.
UPDATE rebuilds SET state = %(state)s, differences = %(differences)s::jsonb, error = %(error)s, updated_at = now()
WHERE id = %(id)s AND state = 'running';
