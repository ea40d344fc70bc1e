-- One row an issue. Every column is a fold that ignores order: sums, least, greatest, or "of the newest
-- event"; being resolved is derived from the decision's time and the last event's, never stored by
-- whoever came last.
CREATE TABLE issues (
    project_id         integer NOT NULL,
    id                 uuid NOT NULL,
    digest_order       integer NOT NULL,          -- the 42 of WEB-42
    first_seen         timestamptz NOT NULL,
    last_seen          timestamptz NOT NULL,
    event_count        bigint NOT NULL,
    newest_position    bigint NOT NULL,           -- the event the columns below speak of
    title              text NOT NULL,
    value              text NOT NULL,
    culprit            text NOT NULL,
    level              text,
    platform           text,
    status             text NOT NULL DEFAULT 'unresolved' CHECK (status IN ('unresolved', 'resolved', 'muted')),
    status_at          timestamptz NOT NULL DEFAULT '-infinity',
    is_resolved        boolean NOT NULL GENERATED ALWAYS AS (status = 'resolved' AND last_seen <= status_at) STORED,
    is_muted           boolean NOT NULL GENERATED ALWAYS AS (status = 'muted') STORED,
    PRIMARY KEY (project_id, id)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX issues_number ON issues (project_id, digest_order);
CREATE INDEX issues_recent ON issues (project_id, last_seen DESC, id DESC);

-- A deleted issue: what was received until then stays out, what comes later opens it anew.
CREATE TABLE issue_deletions (
    project_id  integer NOT NULL,
    issue_id    uuid NOT NULL,
    deleted_at  timestamptz NOT NULL,
    PRIMARY KEY (project_id, issue_id)
);
