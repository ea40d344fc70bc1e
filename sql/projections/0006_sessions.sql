-- Release health: one row a session, and one for each hour and user of an aggregate. An update repeats
-- what is known of its session, so a row is a fold that ignores order: the counters are the greatest,
-- everything else is of the session's first item in the ledger. (`sessions` are those of log-ins.)
CREATE TABLE session_counts (
    project_id   integer NOT NULL,
    key          text NOT NULL,          -- the session's id; of an aggregate its place, 'position:item:n'
    position     bigint NOT NULL,
    item         integer NOT NULL,
    received_at  timestamptz NOT NULL,
    release      text NOT NULL,
    environment  text NOT NULL,          -- '' when the client names none
    hour         timestamptz NOT NULL,   -- in which the session started
    total        bigint NOT NULL,
    errored      bigint NOT NULL,        -- crashed and abnormal ones included: healthy = total - errored
    crashed      bigint NOT NULL,
    abnormal     bigint NOT NULL,
    PRIMARY KEY (project_id, key)
);
CREATE INDEX session_counts_of_release ON session_counts (project_id, release, hour);

-- Who used a release, and whose sessions crashed: a set. A user whose session crashed may be in it twice.
CREATE TABLE session_users (
    project_id   integer NOT NULL,
    release      text NOT NULL,
    hour         timestamptz NOT NULL,
    environment  text NOT NULL,
    user_hash    uuid NOT NULL,
    has_crashed  boolean NOT NULL,
    PRIMARY KEY (project_id, release, hour, environment, user_hash, has_crashed)
);
