-- What people set for a project: events it does not want, what is scrubbed, how much it may send.
-- Each column holds what was set; what is missing in it has its default. Project 0 is the whole
-- installation and only has quotas. Without a row everything is default.

CREATE TABLE project_settings (
    project_id  integer PRIMARY KEY,
    filters     jsonb NOT NULL DEFAULT '{}',
    scrubbing   jsonb NOT NULL DEFAULT '{}',
    quotas      jsonb NOT NULL DEFAULT '[]',
    updated_at  timestamptz NOT NULL DEFAULT now(),
    updated_by  text NOT NULL            -- as `actor` of a decision
);
