-- Certain envelopes, in the order of the ledger; both parts of the key are given for each. Looked up one by one,
-- because the planner would rather read a whole week.
SELECT position, received_at, project_id, event_id, form, encoding, items, body, remote_addr
FROM unnest(%(received_at)b::timestamptz[], %(positions)b::bigint[]) AS wanted (received_at, position)
CROSS JOIN LATERAL (
    SELECT project_id, event_id, form, encoding, items, body, remote_addr
    FROM envelopes
    WHERE envelopes.received_at = wanted.received_at AND envelopes.position = wanted.position
    LIMIT 1
) AS envelope
ORDER BY position;
