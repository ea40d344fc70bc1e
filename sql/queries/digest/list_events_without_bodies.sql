-- Events of the live tables whose envelopes retention has taken, as the digest would fold them. What went wrong is
-- known of the newest event of an issue; of others the title says it.
SELECT live.project_id, replace(live.event_id::text, '-', '') AS event_id, live.issue_id, live.grouping_id,
       live.position, live.item, live.received_at, live.timestamp, live.title, live.culprit, live.level,
       live.platform, live.release, live.environment, live.server_name, live.sdk_name, live.sdk_version,
       live.user_ident, live.tags::text AS tags,
       CASE WHEN issues.newest_position = live.position THEN issues.value
            WHEN strpos(live.title, ': ') > 0 THEN substr(live.title, strpos(live.title, ': ') + 2)
            ELSE '' END AS value,
       groupings.version AS grouping_version, groupings.grouping_key_hash::text AS grouping_key
FROM projection_1.events AS live
JOIN projection_1.groupings ON groupings.project_id = live.project_id AND groupings.id = live.grouping_id
JOIN projection_1.issues ON issues.project_id = live.project_id AND issues.id = live.issue_id
WHERE NOT EXISTS (
    SELECT FROM envelopes
    WHERE envelopes.received_at = live.received_at AND envelopes.position = live.position);
