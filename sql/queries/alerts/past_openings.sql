-- When issues were new, by the event that opened them, in order of time.
SELECT issues.id AS issue_id, event.event_id, event.received_at AS occurred_at
FROM issues
CROSS JOIN LATERAL (
    SELECT * FROM events
    WHERE events.project_id = issues.project_id AND events.issue_id = issues.id
    ORDER BY position, item
    LIMIT 1) AS event
WHERE issues.project_id = %(project_id)s AND issues.first_seen > %(since)s AND NOT issues.is_muted
  AND event.received_at > %(since)s
  AND alert_matches(%(filters)s::text::jsonb, event.level, event.environment, event.release, event.tags)
ORDER BY event.received_at, event.position;
