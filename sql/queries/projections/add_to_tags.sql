-- Add the events of a batch to their tags; the caller holds the rows of the issues. A common tag has no count;
-- one that is common no longer brings the count it had.
INSERT INTO issue_tags (
    project_id, issue_id, key, value, environment, is_common, event_count, first_seen, last_seen)
SELECT project_id, issue_id, key, value, environment, is_common,
       CASE WHEN NOT is_common THEN event_count END, CASE WHEN NOT is_common THEN first_seen END,
       CASE WHEN NOT is_common THEN last_seen END
FROM unnest(
    %(project_ids)b::integer[], %(issue_ids)b::uuid[], %(keys)b::text[], %(values)b::text[],
    %(environments)b::text[], %(are_common)b::boolean[], %(event_counts)b::bigint[],
    %(first_seen)b::timestamptz[], %(last_seen)b::timestamptz[]
) AS tag (
    project_id, issue_id, key, value, environment, is_common, event_count, first_seen, last_seen)
ON CONFLICT (project_id, issue_id, key, value, environment) DO UPDATE SET
    is_common   = false,
    event_count = coalesce(issue_tags.event_count, 0) + excluded.event_count,
    first_seen  = least(issue_tags.first_seen, excluded.first_seen),
    last_seen   = greatest(issue_tags.last_seen, excluded.last_seen);
