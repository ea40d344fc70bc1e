-- Which of these events were digested before.
SELECT events.project_id, events.event_id
FROM unnest(%(project_ids)b::integer[], %(event_ids)b::uuid[]) AS wanted (project_id, event_id)
JOIN events USING (project_id, event_id);
