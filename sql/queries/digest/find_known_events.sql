-- Which of these events a project has.
SELECT event_id FROM events WHERE project_id = %(project_id)s AND event_id = ANY(%(event_ids)s::uuid[]);
