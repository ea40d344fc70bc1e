-- Hours of which every event was taken out.
DELETE FROM project_hours WHERE project_id = %(project_id)s AND event_count = 0;
