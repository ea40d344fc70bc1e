-- The users of all environments together: somebody seen in two is one user.
ALTER TABLE issues ADD COLUMN user_count bigint NOT NULL DEFAULT 0;

LOCK TABLE events IN SHARE MODE;
UPDATE issues SET user_count = counted.users
FROM (
    SELECT project_id, issue_id, count(DISTINCT user_ident) AS users
    FROM events
    WHERE user_ident <> ''
    GROUP BY 1, 2
) AS counted
WHERE issues.project_id = counted.project_id AND issues.id = counted.issue_id;

-- What happened to one user: few events of a large issue, found without reading the others.
CREATE INDEX events_of_user ON events (project_id, user_ident) WHERE user_ident <> '';
