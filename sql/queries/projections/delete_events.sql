-- Take the events of issues out of the projection, and say how many fell into each hour.
WITH deleted AS (
    DELETE FROM events
    WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[])
    RETURNING received_at
)
SELECT date_trunc('hour', received_at, 'UTC') AS hour, count(*) AS quantity
FROM deleted
GROUP BY 1;
