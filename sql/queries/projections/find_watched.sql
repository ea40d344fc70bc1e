-- What was decided about issues that new events may bring back, with their counts; the caller holds
-- their rows.
SELECT issues.project_id, issues.id, issues.status, issues.is_resolved, issues.status_decided_at,
       issues.status_details, issues.event_count,
       issues.user_count
FROM unnest(%(project_ids)b::integer[], %(issue_ids)b::uuid[]) AS wanted (project_id, id)
JOIN issues USING (project_id, id)
WHERE issues.status IN ('resolved', 'muted')
ORDER BY issues.project_id, issues.id;
