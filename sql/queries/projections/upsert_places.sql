-- Add to places, in key order. What is common changes by a statement of its own.
INSERT INTO issue_environments (
    project_id, issue, environment_number, environment, event_count, user_count, first_seen, last_seen, common)
SELECT project_id, issue, environment_number, environment, event_count, user_count, first_seen, last_seen,
       common::bigint[]
FROM unnest(
    %(project_ids)b::integer[], %(issues)b::integer[], %(numbers)b::integer[], %(environments)b::text[],
    %(event_counts)b::bigint[], %(user_counts)b::bigint[], %(first_seen)b::timestamptz[],
    %(last_seen)b::timestamptz[], %(common)b::text[]
) AS row (
    project_id, issue, environment_number, environment, event_count, user_count, first_seen, last_seen, common)
ON CONFLICT (project_id, issue, environment_number) DO UPDATE SET
    event_count = issue_environments.event_count + excluded.event_count,
    user_count  = issue_environments.user_count + excluded.user_count,
    first_seen  = least(issue_environments.first_seen, excluded.first_seen),
    last_seen   = greatest(issue_environments.last_seen, excluded.last_seen);
