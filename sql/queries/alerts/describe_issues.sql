-- Issues as a notice shows them, with the event that did it, or the newest one.
SELECT issues.id, issues.digest_order, issues.title, issues.culprit, issues.first_seen,
       issues.last_seen, issues.event_count, coalesce(nullif(event.level, ''), issues.level) AS level,
       event.environment, event.release, event.tags
FROM unnest(%(issue_ids)b::uuid[], %(event_ids)b::text[]) AS wanted (issue_id, event_id)
JOIN issues ON issues.project_id = %(project_id)s AND issues.id = wanted.issue_id
LEFT JOIN LATERAL (
    SELECT level, environment, release, tags
    FROM events
    WHERE events.project_id = %(project_id)s AND events.event_id = nullif(wanted.event_id, '')::uuid
    UNION ALL
    (SELECT level, environment, release, tags
     FROM events
     WHERE wanted.event_id = ''
       AND events.project_id = %(project_id)s AND events.issue_id = wanted.issue_id
     ORDER BY position DESC
     LIMIT 1)
) AS event ON true;
