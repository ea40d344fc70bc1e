-- What became of every item, by project, hour of receipt and category. Parked items are counted from
-- `parked`, waiting ones from the inbox.
CREATE TABLE outcomes (
    project_id  integer NOT NULL,
    hour        timestamptz NOT NULL,
    category    text NOT NULL,           -- what the item is counted as: its projector's word, or its type
    outcome     text NOT NULL CHECK (outcome IN ('applied', 'duplicate', 'filtered', 'rate_limited', 'invalid', 'unsupported')),
    reason      text NOT NULL,           -- '' when the outcome says it all
    quantity    bigint NOT NULL,
    PRIMARY KEY (project_id, hour, category, outcome, reason)
) WITH (fillfactor = 50);

-- Items that could not be digested, with the error; a whole envelope has item -1.
CREATE TABLE parked (
    position     bigint NOT NULL,
    item         integer NOT NULL,
    received_at  timestamptz NOT NULL,
    project_id   integer NOT NULL,
    items        integer NOT NULL,
    error        text NOT NULL,
    traceback    text NOT NULL,
    program      text NOT NULL,          -- the version that gave up
    parked_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, position, item)
);

-- Every item received that did not end as applied or parked, for whoever asks what became of it. In a
-- healthy installation there are few.
CREATE TABLE item_outcomes (
    project_id   integer NOT NULL,
    position     bigint NOT NULL,
    item         integer NOT NULL,
    received_at  timestamptz NOT NULL,
    event_id     uuid NOT NULL,          -- the envelope's
    item_type    text NOT NULL,
    outcome      text NOT NULL,
    reason       text NOT NULL,
    PRIMARY KEY (project_id, position, item)
);
CREATE INDEX item_outcomes_of_event ON item_outcomes (project_id, event_id);
