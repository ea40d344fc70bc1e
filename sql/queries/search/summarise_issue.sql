-- What is counted of an issue in some environments or (null) any, and what its first and last event say.
SELECT counted.*, first.release AS first_release, first.environment AS first_environment,
       last.release AS last_release, last.environment AS last_environment
FROM (
    SELECT coalesce(sum(event_count), 0)::bigint AS event_count, min(first_seen) AS first_seen,
           max(last_seen) AS last_seen
    FROM issue_environments
    WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
) AS counted
LEFT JOIN LATERAL (
    SELECT release, environment FROM events
    WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
    ORDER BY position, item LIMIT 1
) AS first ON true
LEFT JOIN LATERAL (
    SELECT release, environment FROM events
    WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
    ORDER BY position DESC, item DESC LIMIT 1
) AS last ON true;
