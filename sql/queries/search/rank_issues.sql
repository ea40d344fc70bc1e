-- What issues are sorted by that is not counted of events: arrays of keys and numbers.
SELECT coalesce(array_agg(project_id::bigint << 32 | digest_order), '{}') AS keys,
       coalesce(array_agg(
           CASE %(sort)s::text
               WHEN 'users' THEN user_count
               ELSE CASE priority WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END
           END), '{}') AS ranks
FROM issues
WHERE project_id = ANY(%(project_ids)s::integer[]);
