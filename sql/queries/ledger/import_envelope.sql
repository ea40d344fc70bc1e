-- An envelope as it was received elsewhere; not for the inbox, because whoever imports folds it.
INSERT INTO envelopes (
    received_at, project_id, event_id, form, encoding, items, client, remote_addr, body)
VALUES (
    %(received_at)s, %(project_id)s, %(event_id)s, %(form)s, %(encoding)s, %(items)s, %(client)s,
    %(remote_addr)s, %(body)s)
RETURNING position;
