-- Add new events to the tags, environments and users of their issues, whose rows are held. Every part sees
-- the tables as they were before the batch. In a place (an issue in an environment) whose events carry all
-- common tags, these are left alone; one that an event lacks is given a count, here and for ever.
WITH event AS MATERIALIZED (
    SELECT project_id, issue_id, environment, received_at, tags::jsonb AS tags,
           dense_rank() OVER (ORDER BY project_id, issue_id, environment) AS place
    FROM unnest(
        %(project_id)b::integer[], %(issue_id)b::uuid[], %(environment)b::text[],
        %(received_at)b::timestamptz[], %(tags)b::text[]
    ) AS row (project_id, issue_id, environment, received_at, tags)
), known AS MATERIALIZED (
    SELECT added.*, known.event_count AS events_before, known.first_seen AS first_before,
           known.last_seen AS last_before, known.common_tags,
           ARRAY(SELECT jsonb_object_keys(known.common_tags)) AS common_keys
    FROM (
        SELECT place, project_id, issue_id, environment, count(*) AS event_count,
               min(received_at) AS first_seen, max(received_at) AS last_seen
        FROM event
        GROUP BY 1, 2, 3, 4
    ) AS added
    LEFT JOIN LATERAL (
        SELECT event_count, first_seen, last_seen, common_tags
        FROM issue_environments AS known
        WHERE known.project_id = added.project_id AND known.issue_id = added.issue_id
          AND known.environment = added.environment
        OFFSET 0
    ) AS known ON true
), place AS MATERIALIZED (
    SELECT known.*, holds
    FROM known
    JOIN (
        SELECT place, coalesce(bool_and(event.tags @> common_tags), false) AS holds
        FROM event JOIN known USING (place)
        GROUP BY place
    ) AS compared USING (place)
), tag AS MATERIALIZED (
    SELECT project_id, issue_id, key COLLATE "C" AS key, value COLLATE "C" AS value, environment,
           was_common, found.event_count, found.first_seen, found.last_seen,
           events_before IS NULL AND found.event_count = place.event_count AS is_common,
           was_common AND found.event_count < place.event_count AS is_broken,
           events_before, first_before, last_before, place
    FROM (
        SELECT place, key, value, bool_or(was_common) AS was_common, count(received_at) AS event_count,
               min(received_at) AS first_seen, max(received_at) AS last_seen
        FROM (
            SELECT place, received_at, false AS was_common,
                   CASE WHEN holds THEN event.tags - common_keys ELSE event.tags END AS tags
            FROM event JOIN place USING (place)
            UNION ALL
            SELECT place, NULL, true, common_tags
            FROM place
            WHERE NOT holds AND common_tags IS NOT NULL
        ) AS carried
        CROSS JOIN LATERAL jsonb_each_text(tags)
        GROUP BY 1, 2, 3
    ) AS found
    JOIN place USING (place)
), newcomer AS MATERIALIZED (
    SELECT place, project_id, issue_id, value, seen.*
    FROM tag
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(issue_tags.environment = tag.environment), false) AS here,
               count(*) > 0 AS anywhere
        FROM issue_tags
        WHERE issue_tags.project_id = tag.project_id AND issue_tags.issue_id = tag.issue_id
          AND issue_tags.key = 'user' AND issue_tags.value = tag.value
    ) AS seen
    WHERE key = 'user' AND NOT was_common
), counted AS (
    INSERT INTO issue_environments (
        project_id, issue_id, environment, event_count, user_count, first_seen, last_seen, common_tags)
    SELECT project_id, issue_id, environment, event_count, coalesce(user_count, 0), first_seen, last_seen,
           CASE
               WHEN holds THEN common_tags
               WHEN common_tags IS NULL THEN coalesce(new_common, '{}')
               ELSE common_tags - broken_keys
           END
    FROM place
    LEFT JOIN (
        SELECT place, count(*) AS user_count FROM newcomer WHERE NOT here GROUP BY 1
    ) AS users USING (place)
    LEFT JOIN (
        SELECT place, jsonb_object_agg(key, value) FILTER (WHERE is_common) AS new_common,
               coalesce(array_agg(key) FILTER (WHERE is_broken), '{}') AS broken_keys
        FROM tag
        WHERE is_common OR is_broken
        GROUP BY 1
    ) AS changed USING (place)
    ORDER BY project_id, issue_id, environment
    ON CONFLICT (project_id, issue_id, environment) DO UPDATE SET
        event_count = issue_environments.event_count + excluded.event_count,
        user_count  = issue_environments.user_count + excluded.user_count,
        first_seen  = least(issue_environments.first_seen, excluded.first_seen),
        last_seen   = greatest(issue_environments.last_seen, excluded.last_seen),
        common_tags = excluded.common_tags
), acquainted AS (
    UPDATE issues SET
        user_count        = user_count + new_users,
        environment_count = environment_count + new_places
    FROM (
        SELECT project_id, issue_id, count(DISTINCT value) AS new_users, count(DISTINCT new_place) AS new_places
        FROM (
            SELECT project_id, issue_id, value, NULL AS new_place FROM newcomer WHERE NOT anywhere
            UNION ALL
            SELECT project_id, issue_id, NULL, place FROM place WHERE events_before IS NULL
        ) AS news
        GROUP BY 1, 2
    ) AS added
    WHERE issues.project_id = added.project_id AND issues.id = added.issue_id
), added AS MATERIALIZED (
    SELECT tag.*, known.ctid AS known
    FROM tag
    LEFT JOIN LATERAL (
        SELECT ctid
        FROM issue_tags AS known
        WHERE known.project_id = tag.project_id AND known.issue_id = tag.issue_id AND known.key = tag.key
          AND known.value = tag.value AND known.environment = tag.environment
        OFFSET 0
    ) AS known ON true
    WHERE is_broken OR NOT was_common
), grown AS (
    -- By its place on disk: nobody else writes these rows, and ON CONFLICT would lock each of them first.
    UPDATE issue_tags SET
        is_common   = false,
        event_count = coalesce(issue_tags.event_count, events_before) + added.event_count,
        first_seen  = least(coalesce(issue_tags.first_seen, first_before), added.first_seen),
        last_seen   = greatest(coalesce(issue_tags.last_seen, last_before), added.last_seen)
    FROM added
    WHERE issue_tags.ctid = added.known
)
INSERT INTO issue_tags (
    project_id, issue_id, key, value, environment, is_common, event_count, first_seen, last_seen)
SELECT project_id, issue_id, key, value, environment, is_common,
       CASE WHEN NOT is_common THEN event_count END, CASE WHEN NOT is_common THEN first_seen END,
       CASE WHEN NOT is_common THEN last_seen END
FROM added
WHERE known IS NULL
ORDER BY project_id, issue_id, key, value, environment;
