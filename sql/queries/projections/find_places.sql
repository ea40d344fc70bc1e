-- What is known of issues in their environments; the caller holds the rows of the issues.
SELECT project_id, issue_id, environment, event_count, first_seen, last_seen, common_tags
FROM issue_environments
JOIN unnest(%(project_ids)b::integer[], %(issue_ids)b::uuid[]) AS wanted (project_id, issue_id)
    USING (project_id, issue_id);
