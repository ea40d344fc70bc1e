-- Take the events of issues out of the projection, note that they were received and are not applied, and say how
-- many fell into each hour.
WITH deleted AS (
    DELETE FROM events
    WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[])
    RETURNING project_id, position, item, received_at, event_id
), noted AS (
    INSERT INTO item_outcomes (project_id, position, item, received_at, event_id, item_type, outcome, reason)
    SELECT project_id, position, item, received_at, event_id, 'event', 'filtered', 'issue deleted' FROM deleted
    ON CONFLICT (project_id, position, item) DO NOTHING
)
SELECT date_trunc('hour', received_at, 'UTC') AS hour, count(*) AS quantity
FROM deleted
GROUP BY 1;
