-- What people wrote about issues. Writing, rewording and deleting are decisions and may be folded in any
-- order, so a row can be there before its comment is: it is shown once it has a `position`.
CREATE TABLE issue_comments (
    project_id  integer NOT NULL,
    id          uuid NOT NULL,
    issue_id    uuid NOT NULL,
    position    bigint,                  -- of the decision that made it
    author      text NOT NULL,           -- the actor of that decision, '' until it is known
    created_at  timestamptz,
    text        text NOT NULL,           -- '' once deleted
    text_at     timestamptz NOT NULL,    -- when it was worded so
    deleted_at  timestamptz,
    PRIMARY KEY (project_id, id)
);
CREATE INDEX issue_comments_of_issue ON issue_comments (project_id, issue_id, position)
    WHERE position IS NOT NULL AND deleted_at IS NULL;

-- Issues as lists and pages show them.
CREATE VIEW shown_issues AS
SELECT issues.id, issues.project_id, issues.digest_order, issues.title, issues.value, issues.culprit,
       issues.first_seen, issues.last_seen, issues.event_count, issues.user_count, issues.level, issues.platform,
       issues.is_resolved, issues.is_muted, issues.status, issues.status_details,
       issues.is_regressed OR (issues.status = 'resolved' AND NOT issues.is_resolved) AS is_regressed,
       issues.priority, issues.assignee_id, users.email AS assignee_email, projects.slug,
       (SELECT count(*) FROM issue_comments
        WHERE issue_comments.project_id = issues.project_id AND issue_comments.issue_id = issues.id
          AND position IS NOT NULL AND deleted_at IS NULL) AS comment_count
FROM issues
JOIN projects ON projects.id = issues.project_id AND projects.deleted_at IS NULL
LEFT JOIN users ON users.id = issues.assignee_id;

CREATE OR REPLACE VIEW public.issues AS SELECT * FROM issues;
