-- A batch of events received in a range, by event id, each with its envelope or, once that is gone, nulls.
WITH page AS MATERIALIZED (
    SELECT event_id, issue_id, grouping_id, item, position, received_at FROM events
    WHERE project_id = %(project_id)s AND event_id > %(after)s
      AND (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR received_at < %(until)s)
    ORDER BY event_id
    LIMIT %(limit)s
)
SELECT page.event_id, issue_id, grouping_id, item, page.position, page.received_at,
       envelope.project_id, envelope.event_id AS envelope_id, form, encoding, items, body, remote_addr
FROM page
LEFT JOIN LATERAL (
    SELECT project_id, event_id, form, encoding, items, body, remote_addr
    FROM envelopes
    WHERE envelopes.received_at = page.received_at AND envelopes.position = page.position
    OFFSET 0
) AS envelope ON true
ORDER BY page.event_id;
