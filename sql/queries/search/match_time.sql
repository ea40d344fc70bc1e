-- Issues by when they were seen first or last, the end excluded; null is no end.
SELECT coalesce(array_agg(issues.project_id::bigint << 32 | digest_order), '{}') AS keys
FROM issues
CROSS JOIN LATERAL (
    SELECT CASE %(field)s::text WHEN 'first_seen' THEN first_seen ELSE last_seen END AS moment) AS seen
WHERE project_id = ANY(%(project_ids)s::integer[])
  AND (%(low)s::timestamptz IS NULL OR moment >= %(low)s)
  AND (%(high)s::timestamptz IS NULL OR moment < %(high)s);
