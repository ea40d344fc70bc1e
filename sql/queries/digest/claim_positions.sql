-- Lock certain inbox rows and read their envelopes; rows another worker holds are left out.
WITH claimed AS (
    SELECT position, received_at
    FROM inbox
    WHERE position = ANY (%(positions)s)
    ORDER BY position
    FOR UPDATE SKIP LOCKED
)
SELECT position, received_at, project_id, event_id, form, encoding, items, body, remote_addr
FROM claimed
CROSS JOIN LATERAL (
    SELECT project_id, event_id, form, encoding, items, body, remote_addr
    FROM envelopes
    WHERE envelopes.received_at = claimed.received_at AND envelopes.position = claimed.position
    LIMIT 1
) AS envelope
ORDER BY position;
