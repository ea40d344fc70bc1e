-- The users of some issues in some environments: one seen in two is one user.
SELECT wanted AS key, count(DISTINCT tag) AS users
FROM unnest(%(keys)s::bigint[]) AS wanted
JOIN issue_tags ON issue_tags.project_id = (wanted >> 32)::integer
    AND issue_tags.issue = (wanted & 4294967295)::integer
    AND issue_tags.environment_number = ANY(%(numbers)s::integer[])
JOIN tag_values ON tag_values.project_id = issue_tags.project_id AND tag_values.number = issue_tags.tag
    AND tag_values.key = 'user'
GROUP BY 1;
