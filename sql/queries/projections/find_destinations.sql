-- Where groupings lead: the issue on record, or the one the key would open, which has the same id.
-- An issue is watched when an event may bring it back to attention.
SELECT wanted.project_id,
       wanted.grouping_id,
       coalesce(groupings.issue_id, grouping_routes.issue_id, wanted.grouping_id) AS issue_id,
       groupings.id IS NOT NULL AS is_known,
       CASE issues.status
           WHEN 'resolved' THEN issues.is_resolved
           WHEN 'muted' THEN issues.status_details ?| '{ignore_count,ignore_user_count}'
           ELSE false
       END AS is_watched,
       issue_deletions.deleted_at,
       issue_deletions.decision
FROM unnest(%(project_ids)b::integer[], %(grouping_ids)b::uuid[]) AS wanted (project_id, grouping_id)
LEFT JOIN groupings ON groupings.project_id = wanted.project_id AND groupings.id = wanted.grouping_id
LEFT JOIN grouping_routes ON grouping_routes.project_id = wanted.project_id
    AND grouping_routes.grouping_id = wanted.grouping_id
LEFT JOIN issues ON issues.project_id = wanted.project_id
    AND issues.id = coalesce(groupings.issue_id, grouping_routes.issue_id, wanted.grouping_id)
LEFT JOIN issue_deletions ON issue_deletions.project_id = wanted.project_id
    AND issue_deletions.issue_id = coalesce(groupings.issue_id, grouping_routes.issue_id, wanted.grouping_id);
