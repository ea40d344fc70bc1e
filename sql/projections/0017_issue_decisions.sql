-- What people decide about an issue. Of each attribute the latest decision counts, whatever the order of
-- folding; which one that is, the `…_at` column beside it says, and for the status `status_decided_at`.
-- `status_at` from here on: events received until then do not open a resolved issue again; for ever, if
-- only a newer release does; '-infinity' after a regression.
ALTER TABLE issues
    ADD COLUMN status_decided_at timestamptz NOT NULL DEFAULT '-infinity',
    ADD COLUMN status_details jsonb NOT NULL DEFAULT '{}',  -- of that decision
    ADD COLUMN is_regressed boolean NOT NULL DEFAULT false,
    ADD COLUMN muted_until timestamptz,
    ADD COLUMN priority text NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high')),
    ADD COLUMN priority_at timestamptz NOT NULL DEFAULT '-infinity',
    ADD COLUMN assignee_id integer,                         -- of a user, who may be gone by now
    ADD COLUMN assigned_at timestamptz NOT NULL DEFAULT '-infinity';
UPDATE issues SET status_decided_at = status_at WHERE status_at > '-infinity';
CREATE INDEX issues_muted_until ON issues (muted_until) WHERE muted_until IS NOT NULL;

-- When a project first received anything of a release: least, so a fold like the others.
CREATE TABLE release_sightings (
    project_id  integer NOT NULL,
    release     text COLLATE "C" NOT NULL,
    first_seen  timestamptz NOT NULL,
    PRIMARY KEY (project_id, release)
);
LOCK TABLE events IN SHARE MODE;
INSERT INTO release_sightings
SELECT project_id, release, min(received_at) FROM events WHERE release <> '' GROUP BY 1, 2;

-- Requests are looked up by their id; an event without that tag is not in the index.
CREATE INDEX events_of_request ON events (project_id, (tags ->> 'request_id'), position, item)
    WHERE tags ? 'request_id';
