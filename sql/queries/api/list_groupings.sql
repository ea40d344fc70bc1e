-- The groupings that lead to an issue, with what is counted of each; those with the most events first.
SELECT groupings.id, groupings.version, groupings.grouping_key_hash AS hash, count(*) AS event_count,
       min(events.received_at) AS first_seen, max(events.received_at) AS last_seen,
       (array_agg(events.event_id ORDER BY events.position DESC))[1] AS last_event_id,
       (array_agg(events.title ORDER BY events.position DESC))[1] AS title
FROM groupings
JOIN events ON events.project_id = groupings.project_id AND events.issue_id = groupings.issue_id
    AND events.grouping_id = groupings.id
WHERE groupings.project_id = %(project_id)s AND groupings.issue_id = %(issue_id)s
GROUP BY 1, 2, 3
ORDER BY event_count DESC, groupings.id
LIMIT %(limit)s;
