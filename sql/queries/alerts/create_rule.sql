-- A new rule; thresholds count what is received from now on.
INSERT INTO alert_rules
    (project_id, name, alert_type, is_enabled, conditions, filters, cooldown_minutes)
VALUES (%(project_id)s, %(name)s, %(alert_type)s, %(is_enabled)s, %(conditions)s::text::jsonb,
        %(filters)s::text::jsonb, %(cooldown_minutes)s)
RETURNING id;
