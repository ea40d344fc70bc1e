-- Take out what was received of an issue until it was deleted, and its hours of the project; by hour.
WITH gone AS (
    DELETE FROM events
    WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s AND received_at <= %(deleted_at)s
    RETURNING project_id, position, item, received_at, event_id, environment,
              date_trunc('hour', received_at, 'UTC') AS hour
), noted AS (
    INSERT INTO item_outcomes (project_id, position, item, received_at, event_id, item_type, outcome, reason)
    SELECT project_id, position, item, received_at, event_id, 'event', 'filtered', 'issue deleted' FROM gone
    ON CONFLICT (project_id, position, item) DO NOTHING
), less AS (
    UPDATE project_hours SET event_count = project_hours.event_count - taken.event_count
    FROM (SELECT hour, environment, count(*) AS event_count FROM gone GROUP BY 1, 2) AS taken
    WHERE project_hours.project_id = %(project_id)s AND project_hours.hour = taken.hour
      AND project_hours.environment = taken.environment
)
SELECT hour, count(*) AS quantity FROM gone GROUP BY 1;
