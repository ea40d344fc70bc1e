-- Which issue a grouping key leads to. `id` is computed from project and key, and is also the id of the
-- issue the key opens.
CREATE TABLE groupings (
    project_id         integer NOT NULL,
    id                 uuid NOT NULL,
    issue_id           uuid NOT NULL,
    version            text NOT NULL,
    grouping_key_hash  char(64) NOT NULL,
    PRIMARY KEY (project_id, id)
);
CREATE INDEX groupings_issue ON groupings (project_id, issue_id);
