-- One row a log line, written once. The time of a line follows from its bytes, so it can lead the key: one
-- index keeps lines apart, lists them by time and takes new ones at its end. Attributes are not here: the
-- row points into the ledger (received_at, position, item, number).
CREATE TABLE logs (
    project_id   integer NOT NULL,
    timestamp    timestamptz NOT NULL,
    position     bigint NOT NULL,
    item         integer NOT NULL,
    number       integer NOT NULL,            -- of the line in its item
    received_at  timestamptz NOT NULL,
    level        text NOT NULL,               -- the client's word, lower case
    severity     integer NOT NULL,            -- OpenTelemetry's number, 1 to 24; 0 when unknown
    body         text NOT NULL,
    trace_id     uuid NOT NULL,               -- nil when unknown
    span_id      text NOT NULL,
    release      text NOT NULL,
    environment  text NOT NULL,
    PRIMARY KEY (project_id, timestamp, position, item, number)
);
CREATE INDEX logs_of_trace ON logs (project_id, trace_id, timestamp);
