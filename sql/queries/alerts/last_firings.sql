-- When a rule last fired for each of these issues.
SELECT issue_id, max(occurred_at) AS occurred_at
FROM alert_firings
WHERE alert_rule_id = %(rule_id)s AND issue_id = ANY(%(issue_ids)b)
GROUP BY issue_id;
