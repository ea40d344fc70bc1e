-- The slowest runs of one transaction since a moment.
SELECT trace_id, span_id, timestamp, duration_us / 1000.0::float8 AS duration_ms, status, release,
       environment, children
FROM spans
WHERE project_id = %(project_id)s AND is_segment AND name = %(name)s AND timestamp >= %(since)s
  AND duration_us IS NOT NULL
  AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
  AND (%(release)s::text IS NULL OR release = %(release)s)
ORDER BY duration_us DESC, timestamp DESC, trace_id, span_id, place
LIMIT %(limit)s;
