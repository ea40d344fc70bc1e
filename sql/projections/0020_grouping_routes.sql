-- Groupings that lead to another issue than the one of their own id: what merges, splits and regroupings that
-- were not undone say, the latest last.
CREATE TABLE grouping_routes (
    project_id   integer NOT NULL,
    grouping_id  uuid NOT NULL,
    issue_id     uuid NOT NULL,
    PRIMARY KEY (project_id, grouping_id)
);
