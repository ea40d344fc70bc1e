-- Issues in a state; a muted issue that is resolved counts as resolved.
SELECT coalesce(array_agg(issues.project_id::bigint << 32 | digest_order), '{}') AS keys
FROM issues
WHERE project_id = ANY(%(project_ids)s::integer[])
  AND CASE %(status)s::text
          WHEN 'unresolved' THEN NOT is_resolved AND NOT is_muted
          WHEN 'resolved' THEN is_resolved
          WHEN 'muted' THEN is_muted AND NOT is_resolved
      END;
