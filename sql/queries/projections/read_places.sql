-- What is known of places, and the numbers of their issues, whose rows are held.
SELECT wanted.project_id, wanted.issue_id, wanted.environment, digest_order AS issue,
       event_count, first_seen, last_seen, common
FROM unnest(%(project_ids)b::integer[], %(issue_ids)b::uuid[], %(environments)b::text[], %(numbers)b::integer[])
    AS wanted (project_id, issue_id, environment, environment_number)
CROSS JOIN LATERAL (
    SELECT digest_order FROM issues
    WHERE issues.project_id = wanted.project_id AND issues.id = wanted.issue_id
    OFFSET 0
) AS issue
LEFT JOIN LATERAL (
    SELECT event_count, first_seen, last_seen, common
    FROM issue_environments AS known
    WHERE known.project_id = wanted.project_id AND known.issue = digest_order
      AND known.environment_number = wanted.environment_number
    OFFSET 0
) AS known ON true;
