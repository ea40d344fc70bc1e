-- A project with a number and a slug of its own choice, and its first key; nothing if the number is taken.
WITH project AS (
    INSERT INTO projects (id, name, slug)
    SELECT %(id)s, %(name)s, %(slug)s
    WHERE NOT EXISTS (SELECT FROM projects WHERE id = %(id)s)
      AND NOT EXISTS (SELECT FROM projects WHERE (slug = %(slug)s OR name = %(name)s) AND deleted_at IS NULL)
    RETURNING id
), moved AS (
    SELECT setval(pg_get_serial_sequence('projects', 'id'),
                  greatest(id, (SELECT max(id) FROM projects))) FROM project
)
INSERT INTO dsn_keys (project_id) SELECT id FROM project, moved RETURNING project_id AS id;
