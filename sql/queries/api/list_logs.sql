-- A page of a project's log lines, newest first, from before a line (or the end of a window, as if it were
-- one) back to a moment: that bounds what a search for a text or a rare level reads.
SELECT timestamp, position, item, number, level, severity, body, trace_id, span_id, release, environment
FROM logs
WHERE project_id = %(project_id)s AND timestamp >= %(since)s
  AND (timestamp, position, item, number)
      < (%(timestamp)s::timestamptz, %(position)s::bigint, %(item)s::integer, %(number)s::integer)
  AND (%(severity)s::integer IS NULL OR severity >= %(severity)s)
  AND (%(pattern)s::text IS NULL OR body ILIKE %(pattern)s)
  AND (%(release)s::text IS NULL OR release = %(release)s)
  AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
ORDER BY timestamp DESC, position DESC, item DESC, number DESC
LIMIT %(limit)s;
