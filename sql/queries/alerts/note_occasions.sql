-- Write down what enabled rules want to hear of; everything else leaves no trace.
INSERT INTO alert_occasions (project_id, alert_type, issue_id, event_id)
SELECT project_id, alert_type, issue_id, nullif(event_id, '')::uuid
FROM unnest(
    %(project_ids)b::integer[], %(alert_types)b::text[], %(issue_ids)b::uuid[], %(event_ids)b::text[]
) WITH ORDINALITY AS seen (project_id, alert_type, issue_id, event_id, place)
WHERE EXISTS (
    SELECT FROM alert_rules
    WHERE alert_rules.project_id = seen.project_id AND alert_rules.alert_type = seen.alert_type
      AND alert_rules.is_enabled)
ORDER BY place;
