-- The users of some issues in one environment.
SELECT wanted AS key, issue_environments.user_count AS users
FROM unnest(%(keys)s::bigint[]) AS wanted
JOIN issues ON issues.project_id = (wanted >> 32)::integer
    AND issues.digest_order = (wanted & 4294967295)::integer
JOIN issue_environments ON issue_environments.project_id = issues.project_id
    AND issue_environments.issue_id = issues.id
    AND issue_environments.environment = ANY(%(environments)s::text[]);
