-- Certain envelopes, in the order of the ledger; both parts of the key are given for each.
SELECT position, received_at, project_id, event_id, form, encoding, items, body, remote_addr
FROM unnest(%(received_at)b::timestamptz[], %(positions)b::bigint[]) AS wanted (received_at, position)
JOIN envelopes USING (received_at, position)
ORDER BY position;
