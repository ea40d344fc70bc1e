-- In which environments some users were seen by issues; the caller holds the rows of the issues.
SELECT project_id, issue_id, environment, value
FROM issue_tags
JOIN unnest(%(project_ids)b::integer[], %(issue_ids)b::uuid[], %(users)b::text[])
    AS wanted (project_id, issue_id, value) USING (project_id, issue_id, value)
WHERE key = 'user';
