-- Let groupings lead where their routes say, or to the issue of their own id; those that led elsewhere.
UPDATE groupings SET issue_id = wanted.issue_id
FROM (
    SELECT strays.id, strays.issue_id AS left_issue, coalesce(route.issue_id, strays.id) AS issue_id
    FROM groupings AS strays
    LEFT JOIN grouping_routes AS route
        ON route.project_id = strays.project_id AND route.grouping_id = strays.id
    WHERE strays.project_id = %(project_id)s AND strays.issue_id <> coalesce(route.issue_id, strays.id)
) AS wanted
WHERE groupings.project_id = %(project_id)s AND groupings.id = wanted.id
RETURNING groupings.id, wanted.left_issue, wanted.issue_id;
