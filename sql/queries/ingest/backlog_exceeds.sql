-- Whether more envelopes wait than that. Two looks a project nearly always tell: positions are no fewer than rows.
SELECT CASE
    WHEN (
        SELECT coalesce(sum(last.position - first.position + 1), 0)
        FROM inbox_projects AS project
        CROSS JOIN LATERAL (
            SELECT position FROM inbox WHERE inbox.project_id = project.project_id ORDER BY position LIMIT 1
        ) AS first
        CROSS JOIN LATERAL (
            SELECT position FROM inbox WHERE inbox.project_id = project.project_id ORDER BY position DESC LIMIT 1
        ) AS last
    ) <= %(most)s::bigint THEN false
    ELSE (SELECT count(*) > %(most)s::bigint
          FROM (SELECT FROM inbox LIMIT %(most)s::bigint + 1) AS waiting)
END AS is_exceeded;
