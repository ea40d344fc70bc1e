-- Rows that only point to bodies which are about to go.
DELETE FROM logs
WHERE project_id = ANY(%(project_ids)s) AND received_at >= %(since)s AND received_at < %(until)s;
