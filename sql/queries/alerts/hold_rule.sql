-- Whoever changes a rule reads it first, and nobody changes it in between.
SELECT id FROM alert_rules WHERE project_id = %(project_id)s AND id = %(id)s FOR UPDATE;
