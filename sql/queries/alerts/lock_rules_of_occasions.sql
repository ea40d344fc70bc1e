-- Rules that may want these occasions, held in key order: one decision at a time about a rule.
SELECT * FROM alert_rules
WHERE is_enabled AND (project_id, alert_type) IN (
    SELECT project_id, alert_type FROM alert_occasions WHERE id = ANY(%(ids)s))
ORDER BY id
FOR NO KEY UPDATE;
