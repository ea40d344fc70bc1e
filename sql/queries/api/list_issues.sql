-- One page of issues; ties of last_seen are broken by id in the same direction.
SELECT *
FROM shown_issues
WHERE project_id = %(project_id)s
  AND CASE %(filter)s::text
          WHEN 'open' THEN NOT is_resolved AND NOT is_muted
          WHEN 'resolved' THEN is_resolved
          WHEN 'muted' THEN is_muted AND NOT is_resolved
          ELSE true
      END
ORDER BY
    CASE WHEN %(sort)s::text = 'last_seen' AND %(descending)s::boolean THEN last_seen END DESC,
    CASE WHEN %(sort)s::text = 'last_seen' AND NOT %(descending)s::boolean THEN last_seen END,
    CASE WHEN %(sort)s::text = 'last_seen' AND %(descending)s::boolean THEN id END DESC,
    CASE WHEN %(sort)s::text = 'last_seen' AND NOT %(descending)s::boolean THEN id END,
    CASE WHEN %(descending)s::boolean THEN digest_order END DESC,
    digest_order
LIMIT %(limit)s OFFSET %(offset)s;
