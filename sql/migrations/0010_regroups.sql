-- Regroupings of the past: asked for, shown, applied, undone. The decision is the fact; this is how far its
-- consequences have come.
CREATE TABLE regroups (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id   integer NOT NULL REFERENCES projects,
    version      text NOT NULL,
    rules        text NOT NULL,
    since        timestamptz,            -- events received from then on; null for all
    until        timestamptz,            -- and before then; null for ever
    state        text NOT NULL DEFAULT 'previewing'
        CHECK (state IN ('previewing', 'previewed', 'applying', 'applied', 'undoing', 'undone', 'failed')),
    done         bigint NOT NULL DEFAULT 0,  -- events read in this state
    total        bigint NOT NULL DEFAULT 0,
    difference   jsonb,
    decision     bigint,                 -- the change_grouping it made
    error        text NOT NULL DEFAULT '',
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX regroups_of_project ON regroups (project_id, id);
CREATE INDEX regroups_under_way ON regroups (id) WHERE state IN ('previewing', 'applying', 'undoing');
