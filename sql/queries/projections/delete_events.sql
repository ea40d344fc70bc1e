-- Take the events of issues out of the projection and out of their releases, note that they were received and by which decision they went,
-- and say how many fell into each hour.
WITH deleted AS (
    DELETE FROM events
    USING unnest(%(issue_ids)s::uuid[], %(decisions)s::bigint[]) AS deletion (issue_id, decision)
    WHERE project_id = %(project_id)s AND events.issue_id = deletion.issue_id
    RETURNING project_id, position, item, received_at, event_id, decision, release, environment
), recorded AS (
    INSERT INTO deleted_items (project_id, position, item, decision)
    SELECT project_id, position, item, decision FROM deleted
), noted AS (
    INSERT INTO item_outcomes (project_id, position, item, received_at, event_id, item_type, outcome, reason)
    SELECT project_id, position, item, received_at, event_id, 'event', 'filtered', 'issue deleted' FROM deleted
    ON CONFLICT (project_id, position, item) DO NOTHING
), less AS (
    UPDATE releases SET event_count = releases.event_count - taken.event_count
    FROM (SELECT release, environment, count(*) AS event_count FROM deleted GROUP BY 1, 2) AS taken
    WHERE releases.project_id = %(project_id)s AND releases.release = taken.release
      AND releases.environment = taken.environment
)
SELECT date_trunc('hour', received_at, 'UTC') AS hour, count(*) AS quantity
FROM deleted
GROUP BY 1;
