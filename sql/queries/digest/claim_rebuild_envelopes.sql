-- Lock some envelopes that a rebuild has yet to fold, mark them, and read them.
WITH claimed AS (
    UPDATE rebuild_envelopes SET is_done = true
    WHERE position IN (
        SELECT position FROM rebuild_envelopes
        WHERE NOT is_done
        ORDER BY position
        LIMIT %(rows)s
        FOR UPDATE SKIP LOCKED)
    RETURNING position, received_at
)
SELECT position, received_at, envelopes.project_id, event_id, form, encoding, items, body,
       remote_addr
FROM claimed
JOIN envelopes USING (received_at, position)
ORDER BY position;
