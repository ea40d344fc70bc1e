-- Set a rule anew; thresholds that ask something else, or ask again, count from now on.
UPDATE alert_rules SET
    name = %(name)s, is_enabled = %(is_enabled)s, conditions = %(conditions)s::text::jsonb,
    filters = %(filters)s::text::jsonb, cooldown_minutes = %(cooldown_minutes)s, updated_at = now(),
    evaluated_until = CASE
        WHEN is_enabled AND conditions = %(conditions)s::text::jsonb AND filters = %(filters)s::text::jsonb
        THEN evaluated_until ELSE now() END
WHERE project_id = %(project_id)s AND id = %(id)s;
