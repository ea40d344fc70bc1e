-- Note for a rebuild what was received since a time and digested, in parts of so many envelopes; what waits in
-- the inbox comes later.
WITH known AS (
    SELECT unnest(positions) AS position
    FROM rebuild_parts
    WHERE %(since)s::timestamptz IS NULL OR until >= %(since)s
), found AS (
    SELECT received_at, position,
           (row_number() OVER (ORDER BY received_at, position) - 1) / %(rows)s AS part
    FROM envelopes
    WHERE (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
      AND NOT EXISTS (SELECT FROM inbox WHERE inbox.position = envelopes.position)
      AND NOT EXISTS (SELECT FROM known WHERE known.position = envelopes.position)
)
INSERT INTO rebuild_parts (envelopes, received_at, positions, until)
SELECT count(*), array_agg(received_at ORDER BY received_at, position),
       array_agg(position ORDER BY received_at, position), max(received_at)
FROM found
GROUP BY part
ORDER BY part;
