-- Add users and environments that are new to their issues, whose rows are held. A user who is new somewhere is
-- new to the issue if all rows of that tag are as new.
UPDATE issues SET
    user_count        = user_count + users,
    environment_count = environment_count + places
FROM (
    SELECT project_id, issue, sum(users) AS users, sum(places) AS places
    FROM (
        SELECT newcomer.project_id, newcomer.issue, 1 AS users, 0 AS places
        FROM unnest(
            %(user_projects)b::integer[], %(user_issues)b::integer[], %(users)b::bigint[],
            %(times_new)b::bigint[]
        ) AS newcomer (project_id, issue, tag, times_new)
        WHERE times_new = (
            SELECT count(*) FROM issue_tags
            WHERE issue_tags.project_id = newcomer.project_id AND issue_tags.issue = newcomer.issue
              AND issue_tags.tag = newcomer.tag)
        UNION ALL
        SELECT place.project_id, place.issue, 0, 1
        FROM unnest(%(place_projects)b::integer[], %(place_issues)b::integer[]) AS place (project_id, issue)
    ) AS news
    GROUP BY 1, 2
) AS added
WHERE issues.project_id = added.project_id AND issues.digest_order = added.issue;
