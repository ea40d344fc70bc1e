-- Thresholds have been looked for until then.
UPDATE alert_rules SET evaluated_until = %(until)s WHERE id = %(id)s;
