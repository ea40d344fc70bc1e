-- Cron monitors. Every column is a fold that ignores order: "of the first update", "of the first
-- update that ends the run", "of the newest configuration".

-- One row a run. A check-in without an id is a run of its own here; monitor_runs joins such a start
-- with its end.
CREATE TABLE check_ins (
    project_id         integer NOT NULL,
    monitor_slug       text NOT NULL,
    environment        text NOT NULL,
    check_in_id        uuid NOT NULL,          -- computed from the place when has_id is false
    has_id             boolean NOT NULL,
    position           bigint NOT NULL,        -- the first update: the start, if one was sent
    item               integer NOT NULL,
    started_at         timestamptz NOT NULL,
    release            text NOT NULL,
    finished_position  bigint,                 -- the first update that ends the run; later ones are late
    finished_item      integer,
    finished_at        timestamptz,
    status             text NOT NULL,          -- in_progress, ok, error, unknown
    duration           double precision,       -- seconds, as the client says
    PRIMARY KEY (project_id, monitor_slug, environment, check_in_id)
);
CREATE INDEX check_ins_of_monitor ON check_ins (project_id, monitor_slug, position, item);
CREATE INDEX check_ins_of_environment
    ON check_ins (project_id, monitor_slug, environment, position, item);
CREATE INDEX check_ins_without_id
    ON check_ins (project_id, monitor_slug, environment, position, item) WHERE NOT has_id;

-- The newest configuration; NULL as long as none was sent.
CREATE TABLE monitors (
    project_id       integer NOT NULL,
    slug             text NOT NULL,
    config           jsonb,
    config_position  bigint NOT NULL,          -- -1 for none
    config_item      integer NOT NULL,
    PRIMARY KEY (project_id, slug)
);

-- Where a monitor has checked in.
CREATE TABLE monitor_environments (
    project_id    integer NOT NULL,
    monitor_slug  text NOT NULL,
    environment   text NOT NULL,
    PRIMARY KEY (project_id, monitor_slug, environment)
);

-- Runs as people know them. An end without an id belongs to the start without an id right before it;
-- a start without an id that another start follows never ended.
CREATE VIEW monitor_runs AS
SELECT run.project_id, run.monitor_slug, run.environment, run.check_in_id, run.has_id, run.position,
       run.item, coalesce(start.started_at, run.started_at) AS started_at, run.finished_at, run.status,
       run.release,
       coalesce(
           run.duration,
           nullif(extract(epoch FROM run.finished_at - coalesce(start.started_at, run.started_at)), 0)
       )::double precision AS duration
FROM check_ins AS run
LEFT JOIN LATERAL (
    SELECT started_at, finished_at
    FROM check_ins AS other
    WHERE NOT run.has_id AND run.finished_at IS NOT NULL AND NOT other.has_id
      AND other.project_id = run.project_id AND other.monitor_slug = run.monitor_slug
      AND other.environment = run.environment
      AND (other.position, other.item) < (run.position, run.item)
    ORDER BY other.position DESC, other.item DESC
    LIMIT 1
) AS start ON start.finished_at IS NULL
WHERE run.has_id OR run.finished_at IS NOT NULL OR NOT coalesce((
    SELECT other.finished_at IS NOT NULL
    FROM check_ins AS other
    WHERE NOT other.has_id
      AND other.project_id = run.project_id AND other.monitor_slug = run.monitor_slug
      AND other.environment = run.environment
      AND (other.position, other.item) > (run.position, run.item)
    ORDER BY other.position, other.item
    LIMIT 1
), false);
