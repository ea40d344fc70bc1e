-- Which events the deletions of issues took out. A deletion names an issue, and which events that is depends on
-- groupings and merges, which may change later; what was deleted does not.
CREATE TABLE deleted_items (
    project_id  integer NOT NULL,
    position    bigint NOT NULL,           -- of the envelope
    item        integer NOT NULL,
    decision    bigint NOT NULL,           -- the deletion
    is_undone   boolean NOT NULL DEFAULT false,
    PRIMARY KEY (project_id, position, item, decision)
);
CREATE INDEX deleted_items_of_decision ON deleted_items (project_id, decision);
