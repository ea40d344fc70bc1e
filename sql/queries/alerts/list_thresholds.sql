-- Rules that count, of projects that live.
SELECT alert_rules.id
FROM alert_rules
JOIN projects ON projects.id = alert_rules.project_id AND projects.deleted_at IS NULL
WHERE is_enabled AND alert_type IN ('event_threshold', 'user_threshold')
ORDER BY alert_rules.id;
