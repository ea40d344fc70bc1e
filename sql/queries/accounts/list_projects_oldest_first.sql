-- Projects, oldest first, each as in find_projects.
SELECT projects.id, projects.name, projects.slug, projects.created_at, projects.updated_at,
       (SELECT public_key FROM dsn_keys
        WHERE project_id = projects.id AND revoked_at IS NULL ORDER BY id LIMIT 1) AS sentry_key,
       (SELECT coalesce(sum(quantity), 0)::bigint FROM outcomes
        WHERE project_id = projects.id AND category = 'event' AND outcome = 'applied') AS event_count
FROM projects
WHERE projects.deleted_at IS NULL
ORDER BY projects.created_at ASC, projects.id ASC
LIMIT %(limit)s OFFSET %(offset)s;
