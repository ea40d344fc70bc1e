-- Lock the oldest inbox rows nobody holds and read their envelopes, up to a number of bytes.
WITH claimed AS (
    SELECT position, received_at, bytes
    FROM inbox
    ORDER BY position
    LIMIT %(rows)s
    FOR UPDATE SKIP LOCKED
), fitting AS (
    SELECT position, received_at
    FROM (SELECT *, sum(bytes) OVER (ORDER BY position) - bytes AS before FROM claimed) AS summed
    WHERE before < %(bytes)s
)
SELECT position, received_at, project_id, event_id, form, encoding, items, body
FROM fitting
JOIN envelopes USING (received_at, position)
ORDER BY position;
