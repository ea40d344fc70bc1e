-- Take what a rule has to tell, each issue once; returned in order of time.
WITH taken AS (
    UPDATE alert_firings SET told_at = %(now)s
    WHERE alert_rule_id = %(rule_id)s AND told_at IS NULL
    RETURNING id, issue_id, event_id, occurred_at
)
SELECT * FROM (
    SELECT DISTINCT ON (issue_id) * FROM taken ORDER BY issue_id, occurred_at, id
) AS once
ORDER BY occurred_at, id;
