-- How many events of a project were received in a range; null is no end.
SELECT count(*) AS total FROM events
WHERE project_id = %(project_id)s
  AND (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR received_at < %(until)s);
