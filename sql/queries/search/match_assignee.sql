-- Issues assigned to a user, by id or by address; with neither given to anyone, or to nobody.
SELECT coalesce(array_agg(issues.project_id::bigint << 32 | digest_order), '{}') AS keys
FROM issues
WHERE project_id = ANY(%(project_ids)s::integer[])
  AND CASE %(who)s::text
          WHEN 'anyone' THEN assignee_id IS NOT NULL
          WHEN 'nobody' THEN assignee_id IS NULL
          WHEN 'me' THEN assignee_id = %(user_id)s::integer
          ELSE assignee_id IN (SELECT id FROM users WHERE lower(email) = lower(%(email)s::text))
      END;
