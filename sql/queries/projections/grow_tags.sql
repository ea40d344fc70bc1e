-- Add to the tags of places, whose issues are held, and say which were not there before. Rows are found by
-- their place on disk: nobody else writes them, and ON CONFLICT would lock each of them first.
WITH added AS MATERIALIZED (
    SELECT row.*, known.ctid AS known
    FROM unnest(
        %(project_ids)b::integer[], %(issues)b::integer[], %(tags)b::bigint[], %(numbers)b::integer[],
        %(are_common)b::boolean[], %(event_counts)b::bigint[], %(first_seen)b::timestamptz[],
        %(last_seen)b::timestamptz[]
    ) AS row (
        project_id, issue, tag, environment_number, is_common, event_count, first_seen, last_seen)
    LEFT JOIN LATERAL (
        SELECT ctid
        FROM issue_tags AS known
        WHERE known.project_id = row.project_id AND known.issue = row.issue AND known.tag = row.tag
          AND known.environment_number = row.environment_number
        OFFSET 0
    ) AS known ON true
), grown AS (
    UPDATE issue_tags SET
        event_count = issue_tags.event_count + added.event_count,
        first_seen  = least(issue_tags.first_seen, added.first_seen),
        last_seen   = greatest(issue_tags.last_seen, added.last_seen)
    FROM added
    WHERE issue_tags.ctid = added.known
)
INSERT INTO issue_tags (
    project_id, issue, tag, environment_number, is_common, event_count, first_seen, last_seen)
SELECT project_id, issue, tag, environment_number, is_common,
       CASE WHEN NOT is_common THEN event_count END, CASE WHEN NOT is_common THEN first_seen END,
       CASE WHEN NOT is_common THEN last_seen END
FROM added
WHERE known IS NULL
RETURNING project_id, issue, tag, environment_number;
