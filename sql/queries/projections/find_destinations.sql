-- Where groupings lead: the issue on record, or the one the key would open, which has the same id.
SELECT wanted.project_id,
       wanted.grouping_id,
       coalesce(groupings.issue_id, wanted.grouping_id) AS issue_id,
       groupings.id IS NOT NULL AS is_known,
       coalesce(issues.is_resolved, false) AS is_resolved,
       issue_deletions.deleted_at
FROM unnest(%(project_ids)b::integer[], %(grouping_ids)b::uuid[]) AS wanted (project_id, grouping_id)
LEFT JOIN groupings ON groupings.project_id = wanted.project_id AND groupings.id = wanted.grouping_id
LEFT JOIN issues ON issues.project_id = wanted.project_id
    AND issues.id = coalesce(groupings.issue_id, wanted.grouping_id)
LEFT JOIN issue_deletions ON issue_deletions.project_id = wanted.project_id
    AND issue_deletions.issue_id = coalesce(groupings.issue_id, wanted.grouping_id);
