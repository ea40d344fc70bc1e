-- A batch of events received in a range with their envelopes, by event id; those without a body are left out.
SELECT events.event_id, issue_id, grouping_id, item, envelopes.position, envelopes.received_at,
       envelopes.project_id, envelopes.event_id AS envelope_id, form, encoding, items, body, remote_addr
FROM events
JOIN envelopes ON envelopes.received_at = events.received_at AND envelopes.position = events.position
WHERE events.project_id = %(project_id)s AND events.event_id > %(after)s
  AND (%(since)s::timestamptz IS NULL OR events.received_at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR events.received_at < %(until)s)
ORDER BY events.event_id
LIMIT %(limit)s;
