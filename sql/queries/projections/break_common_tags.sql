-- Tags that are common no longer: give each a count, and take it from the list of its place.
WITH broken AS MATERIALIZED (
    SELECT * FROM unnest(
        %(project_ids)b::integer[], %(issues)b::integer[], %(tags)b::bigint[], %(numbers)b::integer[],
        %(event_counts)b::bigint[], %(first_seen)b::timestamptz[], %(last_seen)b::timestamptz[]
    ) AS row (project_id, issue, tag, environment_number, event_count, first_seen, last_seen)
), listed AS (
    UPDATE issue_environments AS place SET
        common = ARRAY(SELECT tag FROM unnest(place.common) AS tag WHERE tag <> ALL (tags) ORDER BY tag)
    FROM (
        SELECT project_id, issue, environment_number, array_agg(tag) AS tags FROM broken GROUP BY 1, 2, 3
    ) AS gone
    WHERE place.project_id = gone.project_id AND place.issue = gone.issue
      AND place.environment_number = gone.environment_number
)
UPDATE issue_tags SET
    is_common   = false,
    event_count = broken.event_count,
    first_seen  = broken.first_seen,
    last_seen   = broken.last_seen
FROM broken
WHERE issue_tags.project_id = broken.project_id AND issue_tags.issue = broken.issue
  AND issue_tags.tag = broken.tag AND issue_tags.environment_number = broken.environment_number;
