-- The envelopes of a project from a time on, until before another, in order; null is no end.
SELECT position, received_at, event_id, form, encoding, items, client, remote_addr, body
FROM envelopes
WHERE project_id = %(project_id)s
  AND (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR received_at < %(until)s)
ORDER BY position;
