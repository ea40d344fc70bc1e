-- A project and its first key. The slug is the first of base, base-1, base-2 … that is free.
WITH free AS (
    SELECT candidate
    FROM (
        SELECT CASE WHEN suffix = 0 THEN %(slug)s::text ELSE %(slug)s::text || '-' || suffix END AS candidate, suffix
        FROM generate_series(0, 1000) AS suffix
    ) AS candidates
    WHERE NOT EXISTS (SELECT FROM projects WHERE slug = candidate AND deleted_at IS NULL)
    ORDER BY suffix
    LIMIT 1
), project AS (
    INSERT INTO projects (name, slug) SELECT %(name)s, candidate FROM free RETURNING id
)
INSERT INTO dsn_keys (project_id) SELECT id FROM project RETURNING project_id AS id;
