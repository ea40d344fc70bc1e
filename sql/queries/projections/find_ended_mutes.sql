-- Some mutes whose time is up, locked; what somebody else is deciding about is left for the next look.
-- NULL for `now` means the database's clock.
SELECT issues.project_id, issues.id, issues.level
FROM issues
JOIN projects ON projects.id = issues.project_id AND projects.deleted_at IS NULL
WHERE issues.muted_until IS NOT NULL
  AND issues.muted_until <= coalesce(%(now)s::timestamptz, clock_timestamp())
ORDER BY issues.muted_until
LIMIT %(limit)s
FOR NO KEY UPDATE OF issues SKIP LOCKED;
