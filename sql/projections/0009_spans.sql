-- One row a transaction or streamed span, written once; a transaction is the topmost span of its service
-- (`is_segment`). What has both ids is known by them, anything else by its place in the ledger. Names and
-- ids are compared as bytes: grouping by name sorts, and a locale would take several times as long.
CREATE TABLE spans (
    project_id      integer NOT NULL,
    trace_id        uuid NOT NULL,               -- nil when unknown
    span_id         text COLLATE "C" NOT NULL,   -- 16 hexadecimal digits, '' when unknown
    place           text COLLATE "C" NOT NULL,   -- '' where both ids are known, else 'position.item.number'
    position        bigint NOT NULL,
    item            integer NOT NULL,
    received_at     timestamptz NOT NULL,
    timestamp       timestamptz NOT NULL,        -- its end
    duration_us     bigint,                      -- null when its times make no sense
    name            text COLLATE "C" NOT NULL,
    op              text NOT NULL,
    status          text NOT NULL,
    is_failure      boolean NOT NULL,
    is_segment      boolean NOT NULL,
    parent_span_id  text NOT NULL,
    children        integer NOT NULL,            -- spans inside a `transaction` item, which have no rows
    release         text NOT NULL,
    environment     text NOT NULL,
    PRIMARY KEY (project_id, trace_id, span_id, place)
);
CREATE INDEX spans_recent_segments ON spans (project_id, timestamp) WHERE is_segment;
CREATE INDEX spans_named_segments ON spans (project_id, name, timestamp) WHERE is_segment;
