-- The groupings that lead to an issue, with what is counted of each; those with the most events first. Most issues
-- have one, of which everything is known; the events of others are counted.
WITH led AS MATERIALIZED (
    SELECT id, version, grouping_key_hash AS hash
    FROM groupings
    WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s
), counted AS (
    SELECT led.id, event_count, first_seen, last_seen, newest_position AS position
    FROM issues CROSS JOIN led
    WHERE project_id = %(project_id)s AND issues.id = %(issue_id)s AND (SELECT count(*) FROM led) = 1
    UNION ALL
    SELECT grouping_id, count(*), min(received_at), max(received_at), max(position)
    FROM events
    WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s AND (SELECT count(*) FROM led) > 1
    GROUP BY 1
)
SELECT led.id, version, hash, counted.event_count, counted.first_seen, counted.last_seen,
       newest.event_id AS last_event_id, newest.title
FROM counted
JOIN led USING (id)
CROSS JOIN LATERAL (
    SELECT event_id, title FROM events
    WHERE project_id = %(project_id)s AND issue_id = %(issue_id)s AND position = counted.position
      AND events.grouping_id = counted.id
    ORDER BY item DESC
    LIMIT 1
) AS newest
ORDER BY counted.event_count DESC, led.id
LIMIT %(limit)s;
