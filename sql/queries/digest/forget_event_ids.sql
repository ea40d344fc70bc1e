-- Alerts no longer say which events they were about.
WITH fired AS (
    UPDATE alert_firings SET event_id = NULL
    WHERE project_id = %(project_id)s AND event_id = ANY(%(event_ids)s)
)
UPDATE alert_occasions SET event_id = NULL
WHERE project_id = %(project_id)s AND event_id = ANY(%(event_ids)s);
