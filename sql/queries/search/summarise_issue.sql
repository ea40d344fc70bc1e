-- What is counted of an issue in some environments or (null) any, and what its first and last event say.
SELECT counted.*, first.release AS first_release, first.environment AS first_environment,
       last.release AS last_release, last.environment AS last_environment
FROM (
    SELECT coalesce(sum(place.event_count), 0)::bigint AS event_count, min(place.first_seen) AS first_seen,
           max(place.last_seen) AS last_seen
    FROM issue_environments AS place
    JOIN issues ON issues.project_id = place.project_id AND issues.digest_order = place.issue
    WHERE issues.project_id = %(project_id)s AND issues.id = %(issue_id)s
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
