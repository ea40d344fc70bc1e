-- The users of some issues in some environments: one seen in two is one user.
SELECT wanted AS key, count(DISTINCT issue_tags.value) AS users
FROM unnest(%(keys)s::bigint[]) AS wanted
JOIN issues ON issues.project_id = (wanted >> 32)::integer
    AND issues.digest_order = (wanted & 4294967295)::integer
JOIN issue_tags ON issue_tags.project_id = issues.project_id AND issue_tags.issue_id = issues.id
    AND issue_tags.key = 'user' AND issue_tags.environment = ANY(%(environments)s::text[])
GROUP BY 1;
