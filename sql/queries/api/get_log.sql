-- One log line of one project, with its place in the ledger.
SELECT timestamp, position, item, number, received_at, level, severity, body, trace_id, span_id, release,
       environment
FROM logs
WHERE project_id = %(project_id)s AND timestamp = %(timestamp)s AND position = %(position)s
  AND item = %(item)s AND number = %(number)s
  AND EXISTS (SELECT FROM projects WHERE id = %(project_id)s AND deleted_at IS NULL);
