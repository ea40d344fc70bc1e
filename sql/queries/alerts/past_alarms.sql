-- When monitors failed, by the events that told of it. The title only spares looking at other issues.
SELECT issues.id AS issue_id, event.event_id, event.received_at AS occurred_at
FROM issues
JOIN events AS event ON event.project_id = issues.project_id AND event.issue_id = issues.id
WHERE issues.project_id = %(project_id)s AND issues.last_seen > %(since)s AND NOT issues.is_muted
  AND issues.title LIKE 'Monitor %%'
  AND event.sdk_name = 'rustrak.monitors' AND event.received_at > %(since)s
  AND alert_matches(%(filters)s::text::jsonb, event.level, event.environment, event.release, event.tags)
ORDER BY event.received_at, event.position;
