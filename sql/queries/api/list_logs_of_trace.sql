-- As list_logs, for one trace. A statement of its own, so that a plan kept for any parameters still goes
-- by the trace instead of through all lines of the window.
SELECT timestamp, position, item, number, level, severity, body, trace_id, span_id, release, environment
FROM logs
WHERE project_id = %(project_id)s AND trace_id = %(trace_id)s AND timestamp >= %(since)s
  AND (timestamp, position, item, number)
      < (%(timestamp)s::timestamptz, %(position)s::bigint, %(item)s::integer, %(number)s::integer)
  AND (%(severity)s::integer IS NULL OR severity >= %(severity)s)
  AND (%(pattern)s::text IS NULL OR body ILIKE %(pattern)s)
  AND (%(release)s::text IS NULL OR release = %(release)s)
  AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
ORDER BY timestamp DESC, position DESC, item DESC, number DESC
LIMIT %(limit)s;
