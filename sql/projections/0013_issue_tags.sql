-- What an event is tagged with: the one definition for folds, searches and recounts. What the event says
-- of itself wins over an SDK's tag of the same name; the user is a tag like any other, 'id:42'.
CREATE FUNCTION tags_of(tags jsonb, release text, environment text, level text, server_name text, user_ident text)
RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT tags - ARRAY['release', 'environment', 'level', 'server_name', 'user']
        || jsonb_strip_nulls(jsonb_build_object(
            'release', nullif(left(release, 200), ''), 'environment', nullif(left(environment, 200), ''),
            'level', nullif(left(level, 200), ''), 'server_name', nullif(left(server_name, 200), ''),
            'user', nullif(left(user_ident, 200), '')))
$$;

-- One of them, or null.
CREATE FUNCTION tag_of(key text, tags jsonb, release text, environment text, level text, server_name text, user_ident text)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE key
        WHEN 'release' THEN nullif(left(release, 200), '')
        WHEN 'environment' THEN nullif(left(environment, 200), '')
        WHEN 'level' THEN nullif(left(level, 200), '')
        WHEN 'server_name' THEN nullif(left(server_name, 200), '')
        WHEN 'user' THEN nullif(left(user_ident, 200), '')
        ELSE tags ->> key
    END
$$;

CREATE VIEW event_tags AS
SELECT events.project_id, events.event_id, events.issue_id, events.environment, events.received_at,
       tag.key COLLATE "C", tag.value COLLATE "C"
FROM events
CROSS JOIN LATERAL jsonb_each_text(tags_of(
    events.tags, events.release, events.environment, events.level, events.server_name,
    events.user_ident)) AS tag;

-- The events and users of an issue in one environment; '' is that of events that name none.
CREATE TABLE issue_environments (
    project_id   integer NOT NULL,
    issue_id     uuid NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    event_count  bigint NOT NULL,
    user_count   bigint NOT NULL,
    first_seen   timestamptz NOT NULL,
    last_seen    timestamptz NOT NULL,
    common_tags  jsonb NOT NULL,         -- those of the tags below that are common, for whoever folds
    PRIMARY KEY (project_id, issue_id, environment)
) WITH (fillfactor = 70);

-- How many events of an issue carry a tag, by environment. A tag that all of them carry is common and has
-- nulls: what is counted of it is what is counted of the environment. Most tags of most issues are like
-- that, and cost a batch nothing; whether one is depends on the events alone, not on their order. The users
-- of an issue are the values of its tag 'user'. Only written by who holds the row of the issue, so that
-- reading and adding is exact. Compared byte by byte, which is faster than by the rules of a language.
CREATE TABLE issue_tags (
    project_id   integer NOT NULL,
    issue_id     uuid NOT NULL,
    key          text COLLATE "C" NOT NULL,
    value        text COLLATE "C" NOT NULL,
    environment  text COLLATE "C" NOT NULL,
    is_common    boolean NOT NULL,
    event_count  bigint,
    first_seen   timestamptz,
    last_seen    timestamptz,
    PRIMARY KEY (project_id, issue_id, key, value, environment),
    CHECK (is_common = (event_count IS NULL))
) WITH (fillfactor = 85);

-- The same with every count in its place. OFFSET keeps the look-up from being made for tags that have a
-- count of their own.
CREATE VIEW counted_tags AS
SELECT tag.project_id, tag.issue_id, tag.key, tag.value, tag.environment,
       coalesce(tag.event_count, place.event_count) AS event_count,
       coalesce(tag.first_seen, place.first_seen) AS first_seen,
       coalesce(tag.last_seen, place.last_seen) AS last_seen
FROM issue_tags AS tag
LEFT JOIN LATERAL (
    SELECT event_count, first_seen, last_seen
    FROM issue_environments AS place
    WHERE tag.is_common AND place.project_id = tag.project_id AND place.issue_id = tag.issue_id
      AND place.environment = tag.environment
    OFFSET 0
) AS place ON true;

LOCK TABLE events IN SHARE MODE;
INSERT INTO issue_environments
SELECT project_id, issue_id, environment, count(*), count(DISTINCT nullif(user_ident, '')),
       min(received_at), max(received_at), '{}'
FROM events
GROUP BY 1, 2, 3;

INSERT INTO issue_tags
SELECT project_id, issue_id, key, value, environment, tag.event_count = place.event_count,
       nullif(tag.event_count, place.event_count),
       CASE WHEN tag.event_count < place.event_count THEN tag.first_seen END,
       CASE WHEN tag.event_count < place.event_count THEN tag.last_seen END
FROM (
    SELECT project_id, issue_id, key, value, environment, count(*) AS event_count,
           min(received_at) AS first_seen, max(received_at) AS last_seen
    FROM event_tags
    GROUP BY 1, 2, 3, 4, 5
) AS tag
JOIN issue_environments AS place USING (project_id, issue_id, environment)
ORDER BY 1, 2, 3, 4, 5;

-- What searches read, without a look at the table: a count that grows changes nothing here.
CREATE INDEX issue_tags_by_value ON issue_tags (project_id, key, value, issue_id)
    INCLUDE (environment, is_common);

UPDATE issue_environments SET common_tags = common.tags
FROM (
    SELECT project_id, issue_id, environment, jsonb_object_agg(key, value) AS tags
    FROM issue_tags
    WHERE is_common
    GROUP BY 1, 2, 3
) AS common
WHERE (issue_environments.project_id, issue_environments.issue_id, issue_environments.environment)
    = (common.project_id, common.issue_id, common.environment);

-- Some values are in every other row, and how many rows a search finds decides how it is best done.
CREATE STATISTICS issue_tags_values (mcv) ON key, value FROM issue_tags;
