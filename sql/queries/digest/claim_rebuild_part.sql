-- Lock a part that a rebuild has yet to fold, mark it, and read its envelopes.
WITH claimed AS (
    UPDATE rebuild_parts SET is_done = true
    WHERE id = (
        SELECT id FROM rebuild_parts
        WHERE NOT is_done
        ORDER BY id
        LIMIT 1
        FOR UPDATE SKIP LOCKED)
    RETURNING received_at, positions
)
SELECT position, received_at, project_id, event_id, form, encoding, items, body, remote_addr
FROM (SELECT unnest(received_at) AS received_at, unnest(positions) AS position FROM claimed) AS wanted
CROSS JOIN LATERAL (
    SELECT project_id, event_id, form, encoding, items, body, remote_addr
    FROM envelopes
    WHERE envelopes.received_at = wanted.received_at AND envelopes.position = wanted.position
    LIMIT 1
) AS envelope
ORDER BY position;
