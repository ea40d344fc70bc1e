-- When resolved issues came back: as it was written down, else by the first event after they were
-- resolved and before anybody decided otherwise. What was resolved by release comes back in writing only.
WITH decided AS (
    SELECT issue_id, kind, decided_at, details, details ->> 'event_id' AS event_id,
           lead(kind) OVER later AS next_kind, lead(decided_at) OVER later AS until
    FROM decisions
    WHERE project_id = %(project_id)s
      AND kind IN ('resolve', 'unresolve', 'mute', 'unmute', 'delete', 'regress')
    WINDOW later AS (PARTITION BY issue_id ORDER BY position)
), causes AS (
    SELECT issue_id, event_id::uuid AS event_id
    FROM decided
    WHERE kind = 'regress' AND event_id IS NOT NULL AND decided_at > %(since)s
    UNION ALL
    SELECT decided.issue_id, event.event_id
    FROM decided
    JOIN issues ON issues.project_id = %(project_id)s AND issues.id = decided.issue_id
        AND issues.last_seen > %(since)s
    CROSS JOIN LATERAL (
        SELECT event_id
        FROM events
        WHERE events.project_id = %(project_id)s AND events.issue_id = decided.issue_id
          AND events.received_at > decided.decided_at
          AND (decided.until IS NULL OR events.received_at <= decided.until)
        ORDER BY position, item
        LIMIT 1) AS event
    WHERE decided.kind = 'resolve' AND decided.next_kind IS DISTINCT FROM 'regress'
      AND NOT decided.details ?| '{in_release,in_next_release}'
)
SELECT issues.id AS issue_id, event.event_id, event.received_at AS occurred_at
FROM causes
JOIN issues ON issues.project_id = %(project_id)s AND issues.id = causes.issue_id
    AND NOT issues.is_muted
JOIN events AS event ON event.project_id = %(project_id)s AND event.event_id = causes.event_id
WHERE event.received_at > %(since)s
  AND alert_matches(%(filters)s::text::jsonb, event.level, event.environment, event.release, event.tags)
ORDER BY event.received_at, event.position;
