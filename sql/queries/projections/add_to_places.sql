-- Add the events and new users of a batch to their environments; the caller holds the rows of the issues.
INSERT INTO issue_environments (
    project_id, issue_id, environment, event_count, user_count, first_seen, last_seen, common_tags)
SELECT project_id, issue_id, environment, event_count, user_count, first_seen, last_seen, common_tags::jsonb
FROM unnest(
    %(project_ids)b::integer[], %(issue_ids)b::uuid[], %(environments)b::text[], %(event_counts)b::bigint[],
    %(user_counts)b::bigint[], %(first_seen)b::timestamptz[], %(last_seen)b::timestamptz[],
    %(common_tags)b::text[]
) AS place (
    project_id, issue_id, environment, event_count, user_count, first_seen, last_seen, common_tags)
ON CONFLICT (project_id, issue_id, environment) DO UPDATE SET
    event_count = issue_environments.event_count + excluded.event_count,
    user_count  = issue_environments.user_count + excluded.user_count,
    first_seen  = least(issue_environments.first_seen, excluded.first_seen),
    last_seen   = greatest(issue_environments.last_seen, excluded.last_seen),
    common_tags = excluded.common_tags;
