-- Take events at certain places out, and out of the hours and releases of their project; the caller
-- counts their issues anew.
WITH gone AS (
    DELETE FROM events
    USING unnest(%(positions)b::bigint[], %(items)b::integer[]) AS place (position, item)
    WHERE events.project_id = %(project_id)s AND events.position = place.position
      AND events.item = place.item
    RETURNING events.position, events.item, events.event_id, events.issue_id, events.environment,
              events.release, date_trunc('hour', events.received_at, 'UTC') AS hour
), less AS (
    UPDATE project_hours SET event_count = project_hours.event_count - taken.event_count
    FROM (SELECT hour, environment, count(*) AS event_count FROM gone GROUP BY 1, 2) AS taken
    WHERE project_hours.project_id = %(project_id)s AND project_hours.hour = taken.hour
      AND project_hours.environment = taken.environment
), fewer AS (
    UPDATE releases SET event_count = releases.event_count - taken.event_count
    FROM (SELECT release, environment, count(*) AS event_count FROM gone GROUP BY 1, 2) AS taken
    WHERE releases.project_id = %(project_id)s AND releases.release = taken.release
      AND releases.environment = taken.environment
)
SELECT position, item, event_id, issue_id FROM gone;
