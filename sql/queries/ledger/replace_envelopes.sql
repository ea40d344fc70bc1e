-- Other bytes at the same places, without a word of who sent them.
UPDATE envelopes
SET event_id = new.event_id, form = new.form, encoding = new.encoding, body = new.body, client = '',
    remote_addr = ''
FROM unnest(
    %(received_at)b::timestamptz[], %(positions)b::bigint[], %(event_ids)b::uuid[], %(forms)b::text[],
    %(encodings)b::text[], %(bodies)b::bytea[]
) AS new (received_at, position, event_id, form, encoding, body)
WHERE envelopes.received_at = new.received_at AND envelopes.position = new.position;
