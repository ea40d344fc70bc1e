-- The users of some issues in one environment.
SELECT wanted AS key, user_count AS users
FROM unnest(%(keys)s::bigint[]) AS wanted
JOIN issue_environments ON project_id = (wanted >> 32)::integer AND issue = (wanted & 4294967295)::integer
    AND environment_number = ANY(%(numbers)s::integer[]);
