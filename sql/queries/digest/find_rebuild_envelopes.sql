-- Note for a rebuild what was received since a time and digested; what waits in the inbox comes later.
INSERT INTO rebuild_envelopes (position, received_at)
SELECT position, received_at
FROM envelopes
WHERE (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
  AND NOT EXISTS (SELECT FROM inbox WHERE inbox.position = envelopes.position)
ON CONFLICT (position) DO NOTHING;
