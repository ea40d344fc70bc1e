-- Every envelope of a project that was received since a time; null is from the beginning.
SELECT position, received_at, project_id, event_id, form, encoding, items, body, remote_addr
FROM envelopes
WHERE project_id = %(project_id)s AND (%(since)s::timestamptz IS NULL OR received_at >= %(since)s);
