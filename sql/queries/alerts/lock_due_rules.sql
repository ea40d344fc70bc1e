-- Rules with something to tell that nobody is telling, held in key order.
SELECT * FROM alert_rules
WHERE id IN (SELECT alert_rule_id FROM alert_firings WHERE told_at IS NULL AND due_at <= %(now)s)
ORDER BY id
FOR NO KEY UPDATE SKIP LOCKED;
