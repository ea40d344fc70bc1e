-- What clients say they dropped before it reached us: one row for each outcome, reason and category of a
-- report. The texts are the client's.
CREATE TABLE client_reports (
    project_id  integer NOT NULL,
    position    bigint NOT NULL,
    item        integer NOT NULL,
    number      integer NOT NULL,        -- of the entry in its item
    timestamp   timestamptz NOT NULL,    -- of the report; the losses are from shortly before
    category    text NOT NULL,
    outcome     text NOT NULL,           -- client_discard, or a relay's rate_limited, filtered, filtered_sampling
    reason      text NOT NULL,
    quantity    bigint NOT NULL,
    PRIMARY KEY (project_id, position, item, number)
);
CREATE INDEX client_reports_by_time ON client_reports (project_id, timestamp);
