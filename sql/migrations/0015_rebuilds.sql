-- Rebuilds that were asked for over the API, for a worker to do; one at a time.
CREATE TABLE rebuilds (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    is_check     boolean NOT NULL,           -- compare with the live tables, and do not switch
    state        text NOT NULL DEFAULT 'running'
        CHECK (state IN ('running', 'done', 'failed', 'cancelled')),
    done         bigint NOT NULL DEFAULT 0,  -- envelopes folded
    total        bigint NOT NULL DEFAULT 0,
    differences  jsonb,                      -- rows that differ, by table
    error        text NOT NULL DEFAULT '',
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX rebuilds_running ON rebuilds (state) WHERE state = 'running';
