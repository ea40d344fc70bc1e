-- The groupings that lead to an issue, with what is counted of each; those with the most events first.
SELECT groupings.id, groupings.version, groupings.grouping_key_hash AS hash, counted.event_count,
       counted.first_seen, counted.last_seen, newest.event_id AS last_event_id, newest.title
FROM (
    SELECT grouping_id, count(*) AS event_count, min(received_at) AS first_seen,
           max(received_at) AS last_seen, max(position) AS position
    FROM events
    WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s
    GROUP BY 1
) AS counted
JOIN groupings ON groupings.project_id = %(project_id)s AND groupings.id = counted.grouping_id
CROSS JOIN LATERAL (
    SELECT event_id, title FROM events
    WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s AND position = counted.position
      AND events.grouping_id = counted.grouping_id
    ORDER BY item DESC
    LIMIT 1
) AS newest
ORDER BY counted.event_count DESC, groupings.id
LIMIT %(limit)s;
