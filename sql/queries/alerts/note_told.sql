-- A rule has given notice.
UPDATE alert_rules SET last_triggered_at = %(now)s WHERE id = %(rule_id)s;
