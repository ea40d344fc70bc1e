-- When mutes ended by themselves; where no event did it, the newest one before stands in.
SELECT issues.id AS issue_id, cause.event_id,
       CASE WHEN cause.event_id IS NULL THEN decided_at ELSE event.received_at END AS occurred_at
FROM (
    SELECT issue_id, decided_at, (details ->> 'event_id')::uuid AS event_id
    FROM decisions
    WHERE project_id = %(project_id)s AND kind = 'unmute' AND actor = 'rustrak'
      AND decided_at > %(since)s) AS cause
JOIN issues ON issues.project_id = %(project_id)s AND issues.id = cause.issue_id
    AND NOT issues.is_muted
CROSS JOIN LATERAL (
    SELECT * FROM events
    WHERE events.project_id = %(project_id)s AND events.issue_id = cause.issue_id
      AND (events.event_id = cause.event_id
           OR cause.event_id IS NULL AND events.received_at <= cause.decided_at)
    ORDER BY position DESC
    LIMIT 1) AS event
WHERE alert_matches(%(filters)s::text::jsonb, event.level, event.environment, event.release, event.tags)
ORDER BY occurred_at;
