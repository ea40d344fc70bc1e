-- Take out of the projection, and out of the hours and releases of their project, events that were
-- deleted; their issues.
WITH gone AS (
    DELETE FROM events
    USING deleted_items AS deleted
    WHERE deleted.project_id = %(project_id)s AND NOT deleted.is_undone
      AND events.project_id = deleted.project_id AND events.position = deleted.position
      AND events.item = deleted.item
    RETURNING events.project_id, events.position, events.item, events.received_at, events.event_id,
              events.issue_id, events.environment, events.release,
              date_trunc('hour', events.received_at, 'UTC') AS hour
), noted AS (
    INSERT INTO item_outcomes (project_id, position, item, received_at, event_id, item_type, outcome, reason)
    SELECT project_id, position, item, received_at, event_id, 'event', 'filtered', 'issue deleted' FROM gone
    ON CONFLICT (project_id, position, item) DO NOTHING
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
SELECT issue_id, hour, count(*) AS quantity FROM gone GROUP BY 1, 2;
