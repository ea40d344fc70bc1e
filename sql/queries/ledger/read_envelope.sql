-- One envelope; both parts of the key are given, so exactly one partition is read.
SELECT position, received_at, project_id, event_id, form, encoding, items, body, remote_addr
FROM envelopes
WHERE received_at = %(received_at)s AND position = %(position)s;
