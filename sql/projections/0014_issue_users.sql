-- The users of all environments together: somebody seen in two is one user; and how many environments the
-- issue was seen in, that of events that name none included.
ALTER TABLE issues
    ADD COLUMN user_count bigint NOT NULL DEFAULT 0,
    ADD COLUMN environment_count integer NOT NULL DEFAULT 0;

LOCK TABLE events IN SHARE MODE;
UPDATE issues SET user_count = counted.users, environment_count = counted.environments
FROM (
    SELECT project_id, issue_id, count(DISTINCT nullif(user_ident, '')) AS users,
           count(DISTINCT environment) AS environments
    FROM events
    GROUP BY 1, 2
) AS counted
WHERE issues.project_id = counted.project_id AND issues.id = counted.issue_id;

-- What happened to one user: few events of a large issue, found without reading the others.
CREATE INDEX events_of_user ON events (project_id, user_ident) WHERE user_ident <> '';
