-- Issues by how many events or users they have, both ends included; null is no end.
SELECT coalesce(array_agg(issues.project_id::bigint << 32 | digest_order), '{}') AS keys
FROM issues
CROSS JOIN LATERAL (
    SELECT CASE %(field)s::text WHEN 'users' THEN user_count ELSE event_count END AS quantity) AS counted
WHERE project_id = ANY(%(project_ids)s::integer[])
  AND (%(low)s::bigint IS NULL OR quantity >= %(low)s)
  AND (%(high)s::bigint IS NULL OR quantity <= %(high)s);
