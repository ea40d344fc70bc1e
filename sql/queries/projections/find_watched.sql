-- What was decided about issues that new events may bring back, with their counts; the caller holds
-- their rows.
SELECT issues.project_id, issues.id, issues.status, issues.is_resolved, issues.status_decided_at,
       issues.status_details, issues.event_count,
       CASE WHEN issues.status_details ? 'ignore_user_count' THEN (
           SELECT count(DISTINCT user_ident) FROM events
           WHERE events.project_id = issues.project_id AND events.issue_id = issues.id
             AND user_ident <> '') END AS user_count
FROM unnest(%(project_ids)b::integer[], %(issue_ids)b::uuid[]) AS wanted (project_id, id)
JOIN issues USING (project_id, id)
WHERE issues.status IN ('resolved', 'muted')
ORDER BY issues.project_id, issues.id;
