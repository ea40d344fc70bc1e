-- Issues with a text like a pattern, whatever its case; the type is what stands before the colon of a title.
SELECT coalesce(array_agg(issues.project_id::bigint << 32 | digest_order), '{}') AS keys
FROM issues
WHERE project_id = ANY(%(project_ids)s::integer[])
  AND CASE %(field)s::text
          WHEN 'title' THEN title ILIKE %(pattern)s
          WHEN 'culprit' THEN culprit ILIKE %(pattern)s
          WHEN 'type' THEN split_part(title, ':', 1) ILIKE %(pattern)s
          WHEN 'platform' THEN platform ILIKE %(pattern)s
          WHEN 'priority' THEN priority ILIKE %(pattern)s
          ELSE title ILIKE %(pattern)s OR value ILIKE %(pattern)s OR culprit ILIKE %(pattern)s
      END;
