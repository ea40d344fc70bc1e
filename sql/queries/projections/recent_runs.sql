-- A page of monitors, beyond a project and slug, with the latest runs of their environments, newest
-- run first. NULL for `until_project` means all that follow, for `runs` as many as the thresholds of
-- the monitor ask for and ten that a worker may have slept through.
WITH page AS (
    SELECT monitors.project_id, monitors.slug, monitors.config,
           coalesce((config ->> 'failure_issue_threshold')::integer, 1)
           + coalesce((config ->> 'recovery_threshold')::integer, 1) + 10 AS needed
    FROM monitors
    WHERE (monitors.project_id, monitors.slug) > (%(after_project)s::integer, %(after_slug)s::text)
      AND monitors.project_id <= coalesce(%(until_project)s::integer, 2147483647)
      AND EXISTS (SELECT FROM projects WHERE id = monitors.project_id AND deleted_at IS NULL)
      AND (%(environments)s::text[] IS NULL OR EXISTS (
          SELECT FROM monitor_environments AS place
          WHERE place.project_id = monitors.project_id AND place.monitor_slug = monitors.slug
            AND place.environment = ANY(%(environments)s::text[])))
    ORDER BY monitors.project_id, monitors.slug
    LIMIT %(limit)s
)
SELECT page.project_id, page.slug, page.config::text AS config, place.environment, run.check_in_id,
       run.started_at, run.finished_at, run.status, run.release
FROM page
CROSS JOIN LATERAL (
    SELECT environment
    FROM monitor_environments
    WHERE project_id = page.project_id AND monitor_slug = page.slug
      AND (%(environments)s::text[] IS NULL OR environment = ANY(%(environments)s::text[]))
    ORDER BY environment
    LIMIT %(most_environments)s
) AS place
CROSS JOIN LATERAL (
    SELECT check_in_id, started_at, finished_at, status, release, position, item
    FROM monitor_runs
    WHERE project_id = page.project_id AND monitor_slug = page.slug
      AND environment = place.environment
    ORDER BY position DESC, item DESC
    LIMIT coalesce(%(runs)s::integer, page.needed)
) AS run
ORDER BY page.project_id, page.slug, place.environment, run.position DESC, run.item DESC;
