-- Events by the hour of receipt: of issues for sparklines and thresholds, of projects for their charts.
CREATE TABLE issue_hours (
    project_id   integer NOT NULL,
    issue_id     uuid NOT NULL,
    hour         timestamptz NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    event_count  bigint NOT NULL,
    PRIMARY KEY (project_id, issue_id, hour, environment)
) WITH (fillfactor = 85);

CREATE TABLE project_hours (
    project_id   integer NOT NULL,
    hour         timestamptz NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    event_count  bigint NOT NULL,
    PRIMARY KEY (project_id, hour, environment)
) WITH (fillfactor = 50);

LOCK TABLE events IN SHARE MODE;
INSERT INTO issue_hours
SELECT project_id, issue_id, date_trunc('hour', received_at, 'UTC'), environment, count(*)
FROM events
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4;

INSERT INTO project_hours
SELECT project_id, hour, environment, sum(event_count)
FROM issue_hours
GROUP BY 1, 2, 3;
