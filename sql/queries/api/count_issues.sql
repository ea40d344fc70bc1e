-- How many issues a filter leaves; a muted issue that is resolved counts as resolved.
SELECT count(*) AS total
FROM issues
WHERE project_id = %(project_id)s
  AND CASE %(filter)s::text
          WHEN 'open' THEN NOT is_resolved AND NOT is_muted
          WHEN 'resolved' THEN is_resolved
          WHEN 'muted' THEN is_muted AND NOT is_resolved
          ELSE true
      END;
