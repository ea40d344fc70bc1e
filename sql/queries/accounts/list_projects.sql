-- Projects, those of a member, or the one with an id, each with its first active key and how many events are stored.
SELECT projects.id, projects.name, projects.slug, projects.created_at, projects.updated_at,
       (SELECT public_key FROM dsn_keys
        WHERE project_id = projects.id AND revoked_at IS NULL ORDER BY id LIMIT 1) AS sentry_key,
       (SELECT coalesce(sum(quantity), 0)::bigint FROM outcomes
        WHERE project_id = projects.id AND category = 'event' AND outcome = 'applied') AS event_count
FROM projects
WHERE projects.deleted_at IS NULL AND (%(id)s::integer IS NULL OR projects.id = %(id)s)
    AND (%(member)s::integer IS NULL OR EXISTS (
        SELECT FROM project_members WHERE project_id = projects.id AND user_id = %(member)s))
ORDER BY
    CASE WHEN %(oldest_first)s::boolean THEN projects.created_at END,
    CASE WHEN %(oldest_first)s::boolean THEN projects.id END,
    projects.created_at DESC, projects.id DESC
LIMIT %(limit)s OFFSET %(offset)s;
