-- Count the tags of issues anew from their events; whoever counted them before has deleted that.
INSERT INTO issue_tags (
    project_id, issue, tag, environment_number, is_common, event_count, first_seen, last_seen)
SELECT %(project_id)s, issues.digest_order, tag_number(tag.key, tag.value), environment_number(tag.environment),
       tag.event_count = place.event_count, nullif(tag.event_count, place.event_count),
       CASE WHEN tag.event_count < place.event_count THEN tag.first_seen END,
       CASE WHEN tag.event_count < place.event_count THEN tag.last_seen END
FROM (
    SELECT issue_id, key, value, environment, count(*) AS event_count, min(received_at) AS first_seen,
           max(received_at) AS last_seen
    FROM event_tags
    WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[])
    GROUP BY 1, 2, 3, 4
) AS tag
JOIN (
    SELECT issue_id, environment, count(*) AS event_count
    FROM events
    WHERE project_id = %(project_id)s AND issue_id = ANY(%(issue_ids)s::uuid[])
    GROUP BY 1, 2
) AS place USING (issue_id, environment)
JOIN issues ON issues.project_id = %(project_id)s AND issues.id = tag.issue_id;
