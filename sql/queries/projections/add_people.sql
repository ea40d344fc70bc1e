-- Add new users and environments to issues whose rows are held.
UPDATE issues
SET user_count = user_count + users, environment_count = environment_count + environments
FROM unnest(
    %(project_ids)b::integer[], %(issue_ids)b::uuid[], %(users)b::bigint[], %(environments)b::integer[]
) AS added (project_id, issue_id, users, environments)
WHERE issues.project_id = added.project_id AND issues.id = added.issue_id;
