-- One enabled rule, held, unless somebody else holds it.
SELECT * FROM alert_rules WHERE id = %(id)s AND is_enabled FOR NO KEY UPDATE SKIP LOCKED;
