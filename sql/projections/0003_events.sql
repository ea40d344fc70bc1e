-- One row an event, with the columns that lists show and filters use. The body is not here: the row
-- points into the ledger (received_at, position, item).
CREATE TABLE events (
    project_id   integer NOT NULL,
    event_id     uuid NOT NULL,
    issue_id     uuid NOT NULL,
    grouping_id  uuid NOT NULL,
    position     bigint NOT NULL,
    item         integer NOT NULL,
    received_at  timestamptz NOT NULL,
    timestamp    timestamptz NOT NULL,
    title        text NOT NULL,
    culprit      text NOT NULL,
    level        text NOT NULL,
    platform     text NOT NULL,
    release      text NOT NULL,
    environment  text NOT NULL,
    server_name  text NOT NULL,
    sdk_name     text NOT NULL,
    sdk_version  text NOT NULL,
    user_ident   text NOT NULL,          -- 'id:42', 'email:…', '' for nobody
    tags         jsonb NOT NULL,
    PRIMARY KEY (project_id, event_id)
);
CREATE INDEX events_of_issue ON events (project_id, issue_id, position);
