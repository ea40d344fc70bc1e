-- Add the folds of a batch to their issues, in key order: one upsert, so that no two workers deadlock.
INSERT INTO issues (
    project_id, id, digest_order, first_seen, last_seen, event_count, newest_position, title, value,
    culprit, level, platform, newest_release, first_position, first_release)
SELECT fold.project_id, fold.id, issue_numbers.number, first_seen, last_seen, event_count,
       newest_position, title, value, culprit, nullif(level, ''), nullif(platform, ''),
       newest_release, first_position, first_release
FROM unnest(
    %(project_ids)b::integer[], %(issue_ids)b::uuid[], %(first_seen)b::timestamptz[],
    %(last_seen)b::timestamptz[], %(event_counts)b::bigint[], %(positions)b::bigint[],
    %(titles)b::text[], %(values)b::text[], %(culprits)b::text[], %(levels)b::text[],
    %(platforms)b::text[], %(newest_releases)b::text[], %(first_positions)b::bigint[],
    %(first_releases)b::text[]
) AS fold (
    project_id, id, first_seen, last_seen, event_count, newest_position, title, value, culprit, level,
    platform, newest_release, first_position, first_release)
JOIN issue_numbers ON issue_numbers.project_id = fold.project_id AND issue_numbers.issue_id = fold.id
ORDER BY fold.project_id, fold.id
ON CONFLICT (project_id, id) DO UPDATE SET
    first_seen      = least(issues.first_seen, excluded.first_seen),
    last_seen       = greatest(issues.last_seen, excluded.last_seen),
    event_count     = issues.event_count + excluded.event_count,
    newest_position = greatest(issues.newest_position, excluded.newest_position),
    title    = CASE WHEN excluded.newest_position > issues.newest_position THEN excluded.title    ELSE issues.title    END,
    value    = CASE WHEN excluded.newest_position > issues.newest_position THEN excluded.value    ELSE issues.value    END,
    culprit  = CASE WHEN excluded.newest_position > issues.newest_position THEN excluded.culprit  ELSE issues.culprit  END,
    level    = CASE WHEN excluded.newest_position > issues.newest_position THEN excluded.level    ELSE issues.level    END,
    platform = CASE WHEN excluded.newest_position > issues.newest_position THEN excluded.platform ELSE issues.platform END,
    newest_release = CASE WHEN excluded.newest_position > issues.newest_position THEN excluded.newest_release ELSE issues.newest_release END,
    first_position = least(issues.first_position, excluded.first_position),
    first_release  = CASE WHEN excluded.first_position < issues.first_position THEN excluded.first_release ELSE issues.first_release END;
