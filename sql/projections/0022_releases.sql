-- What events say of a release in one environment ('' for none): how many of them are applied, and when the first
-- and the last was received, applied or not, so that both are folds that ignore order and deletions.
CREATE TABLE releases (
    project_id   integer NOT NULL,
    release      text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    event_count  bigint NOT NULL,
    first_seen   timestamptz NOT NULL,
    last_seen    timestamptz NOT NULL,
    PRIMARY KEY (project_id, release, environment)
) WITH (fillfactor = 70);

LOCK TABLE events IN SHARE MODE;
INSERT INTO releases
SELECT project_id, release, environment, count(*), min(received_at), max(received_at)
FROM events
WHERE release <> ''
GROUP BY 1, 2, 3;

-- Heard of before any event that is still there; in which environment, nobody knows any more.
INSERT INTO releases
SELECT project_id, release, '', 0, first_seen, first_seen
FROM release_sightings AS sighting
WHERE NOT EXISTS (
    SELECT FROM releases
    WHERE releases.project_id = sighting.project_id AND releases.release = sighting.release
      AND releases.first_seen <= sighting.first_seen)
ON CONFLICT (project_id, release, environment) DO UPDATE SET first_seen = excluded.first_seen;
DROP TABLE release_sightings;

-- The releases of an issue's first and newest events.
ALTER TABLE issues
    ADD COLUMN first_position bigint,          -- the event the next column speaks of
    ADD COLUMN first_release  text NOT NULL DEFAULT '',
    ADD COLUMN newest_release text NOT NULL DEFAULT '';
UPDATE issues SET first_position = first.position, first_release = first.release, newest_release = newest.release
FROM issues AS each
CROSS JOIN LATERAL (
    SELECT position, release FROM events
    WHERE events.project_id = each.project_id AND events.issue_id = each.id
    ORDER BY position, item LIMIT 1
) AS first
CROSS JOIN LATERAL (
    SELECT release FROM events
    WHERE events.project_id = each.project_id AND events.issue_id = each.id
    ORDER BY position DESC, item LIMIT 1
) AS newest
WHERE issues.project_id = each.project_id AND issues.id = each.id;

CREATE OR REPLACE VIEW shown_issues AS
SELECT issues.id, issues.project_id, issues.digest_order, issues.title, issues.value, issues.culprit,
       issues.first_seen, issues.last_seen, issues.event_count, issues.user_count, issues.level, issues.platform,
       issues.is_resolved, issues.is_muted, issues.status, issues.status_details,
       issues.is_regressed OR (issues.status = 'resolved' AND NOT issues.is_resolved) AS is_regressed,
       issues.priority, issues.assignee_id, users.email AS assignee_email, projects.slug,
       (SELECT count(*) FROM issue_comments
        WHERE issue_comments.project_id = issues.project_id AND issue_comments.issue_id = issues.id
          AND position IS NOT NULL AND deleted_at IS NULL) AS comment_count,
       issues.newest_release AS release
FROM issues
JOIN projects ON projects.id = issues.project_id AND projects.deleted_at IS NULL
LEFT JOIN users ON users.id = issues.assignee_id;

CREATE OR REPLACE VIEW public.issues AS SELECT * FROM issues;
