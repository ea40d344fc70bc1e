-- The issues that some events are in.
SELECT DISTINCT issue_id FROM events
WHERE project_id = %(project_id)s AND event_id = ANY(%(event_ids)b::uuid[]);
