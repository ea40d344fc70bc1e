-- One row an attachment. The bytes are not here: the row points into the ledger (received_at, position,
-- item). `id` is computed from everything else but the place, so that a second copy has the same.
CREATE TABLE attachments (
    project_id       integer NOT NULL,
    id               uuid NOT NULL,
    event_id         uuid NOT NULL,          -- the envelope's; that event may come later, or never
    position         bigint NOT NULL,
    item             integer NOT NULL,
    received_at      timestamptz NOT NULL,
    filename         text NOT NULL,          -- never a path
    content_type     text NOT NULL,          -- what the client claims
    attachment_type  text NOT NULL,
    size             bigint NOT NULL,        -- bytes
    PRIMARY KEY (project_id, id)
);
CREATE INDEX attachments_of_event ON attachments (project_id, event_id, position, item);
