-- Which of these rules want which of these occasions, in order of time. An issue that is gone or
-- muted by now is not told of; where no event did it, the newest one stands in.
SELECT rule.id AS alert_rule_id, issues.id AS issue_id, occasion.event_id,
       CASE WHEN occasion.event_id IS NULL THEN occasion.created_at ELSE event.received_at END AS occurred_at
FROM alert_occasions AS occasion
JOIN alert_rules AS rule USING (project_id, alert_type)
JOIN issues ON issues.project_id = occasion.project_id AND issues.id = occasion.issue_id
    AND NOT issues.is_muted
CROSS JOIN LATERAL (
    SELECT level, environment, release, tags, received_at
    FROM events
    WHERE events.project_id = occasion.project_id AND events.event_id = occasion.event_id
    UNION ALL
    (SELECT level, environment, release, tags, received_at
     FROM events
     WHERE occasion.event_id IS NULL
       AND events.project_id = occasion.project_id AND events.issue_id = occasion.issue_id
     ORDER BY position DESC
     LIMIT 1)
) AS event
WHERE occasion.id = ANY(%(ids)s) AND rule.id = ANY(%(rule_ids)s)
  AND alert_matches(
      rule.conditions || rule.filters, event.level, event.environment, event.release, event.tags)
ORDER BY occurred_at, occasion.id, rule.id;
