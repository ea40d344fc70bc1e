-- Count the environments of issues anew from their events, whose tags are counted.
INSERT INTO issue_environments (
    project_id, issue, environment_number, environment, event_count, user_count, first_seen, last_seen, common)
SELECT %(project_id)s, issues.digest_order, environment_number(place.environment), place.environment,
       place.event_count, place.user_count, place.first_seen, place.last_seen,
       ARRAY(
           SELECT tag FROM issue_tags
           WHERE issue_tags.project_id = %(project_id)s AND issue = issues.digest_order
             AND issue_tags.environment_number = environment_number(place.environment) AND is_common
           ORDER BY tag)
FROM (
    SELECT issue_id, environment, count(*) AS event_count,
           count(DISTINCT nullif(user_ident, '')) AS user_count, min(received_at) AS first_seen,
           max(received_at) AS last_seen
    FROM events
    WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[])
    GROUP BY 1, 2
) AS place
JOIN issues ON issues.project_id = %(project_id)s AND issues.id = place.issue_id;
