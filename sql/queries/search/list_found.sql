-- Issues by their keys, as lists show them; everything counted is of all their events.
SELECT key, shown_issues.*
FROM unnest(%(keys)s::bigint[]) AS key
JOIN shown_issues ON shown_issues.project_id = (key >> 32)::integer
    AND shown_issues.digest_order = (key & 4294967295)::integer;
