-- How many events each grouping of a project has, by issue.
SELECT issue_id, grouping_id, count(*) AS events FROM events
WHERE project_id = %(project_id)s
GROUP BY 1, 2;
