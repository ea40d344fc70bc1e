-- What a rule wants told, and from when on.
INSERT INTO alert_firings (project_id, alert_rule_id, issue_id, event_id, occurred_at, due_at)
SELECT %(project_id)s, %(rule_id)s, issue_id, nullif(event_id, '')::uuid, occurred_at,
       %(due_at)s::timestamptz
FROM unnest(%(issue_ids)b::uuid[], %(event_ids)b::text[], %(occurred_at)b::timestamptz[])
    WITH ORDINALITY AS found (issue_id, event_id, occurred_at, place)
ORDER BY place;
