-- What an event is tagged with, as a number: the first 64 bits of a hash, so that it needs no look-up, is the
-- same after a rebuild, and rows and indexes that hold millions of them stay small. Two tags of a project with
-- one number would be counted as one; among ten million tags that is expected once in 400,000 projects.
CREATE FUNCTION tag_number(key text, value text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || left(encode(sha256(convert_to(key || E'\n' || value, 'UTF8')), 'hex'), 16))::bit(64)::bigint
$$;

-- The same for an environment, in 32 bits, as a project has few.
CREATE FUNCTION environment_number(environment text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || left(encode(sha256(convert_to(environment, 'UTF8')), 'hex'), 8))::bit(32)::integer
$$;

DROP VIEW counted_tags;
ALTER TABLE issue_tags RENAME TO old_tags;
ALTER TABLE issue_environments RENAME TO old_environments;
ALTER INDEX issue_tags_pkey RENAME TO old_tags_pkey;
ALTER INDEX issue_environments_pkey RENAME TO old_environments_pkey;
DROP STATISTICS issue_tags_values;
DROP INDEX issue_tags_by_value;

-- The texts of the numbers below. Compared byte by byte, which is faster than by the rules of a language.
CREATE TABLE tag_values (
    project_id   integer NOT NULL,
    number       bigint NOT NULL,
    key          text COLLATE "C" NOT NULL,
    value        text COLLATE "C" NOT NULL,
    PRIMARY KEY (project_id, number)
);

-- The events and users of an issue in one environment: its place. '' is that of events that name none.
CREATE TABLE issue_environments (
    project_id          integer NOT NULL,
    issue               integer NOT NULL,        -- the issue's digest_order
    environment_number  integer NOT NULL,
    environment         text COLLATE "C" NOT NULL,
    event_count         bigint NOT NULL,
    user_count          bigint NOT NULL,
    first_seen          timestamptz NOT NULL,
    last_seen           timestamptz NOT NULL,
    common              bigint[] NOT NULL,       -- the numbers of the tags that all of the events carry, sorted
    PRIMARY KEY (project_id, issue, environment_number)
) WITH (fillfactor = 70);

-- How many events of a place carry a tag. A tag that all of them carry is common and has nulls: what is
-- counted of it is what is counted of the place. Most tags of most issues are like that, and cost a batch
-- nothing; whether one is depends on the events alone, not on their order. The users of an issue are the
-- values of its tag 'user'. Only written by who holds the row of the issue, so that reading and adding is
-- exact.
CREATE TABLE issue_tags (
    project_id          integer NOT NULL,
    issue               integer NOT NULL,
    tag                 bigint NOT NULL,
    environment_number  integer NOT NULL,
    is_common           boolean NOT NULL,
    event_count         bigint,
    first_seen          timestamptz,
    last_seen           timestamptz,
    PRIMARY KEY (project_id, issue, tag, environment_number),
    CHECK (is_common = (event_count IS NULL))
) WITH (fillfactor = 85);

INSERT INTO tag_values
SELECT project_id, tag_number(key, value), key, value
FROM (SELECT DISTINCT project_id, key, value FROM old_tags) AS tag
ON CONFLICT DO NOTHING;

INSERT INTO issue_environments
SELECT project_id, digest_order, environment_number(environment), environment, old.event_count, old.user_count,
       old.first_seen, old.last_seen,
       ARRAY(SELECT tag_number(key, value) FROM jsonb_each_text(common_tags) ORDER BY 1)
FROM old_environments AS old
JOIN issues USING (project_id)
WHERE issues.id = old.issue_id
ORDER BY 1, 2, 3;

INSERT INTO issue_tags
SELECT project_id, digest_order, tag_number(key, old.value), environment_number(environment), is_common,
       old.event_count, old.first_seen, old.last_seen
FROM old_tags AS old
JOIN issues USING (project_id)
WHERE issues.id = old.issue_id
ORDER BY 1, 2, 3, 4
ON CONFLICT DO NOTHING;

DROP TABLE old_tags, old_environments;

-- By the texts: what begins like a pattern, and the keys there are.
CREATE INDEX tag_values_by_text ON tag_values (project_id, key, value) INCLUDE (number);

-- What searches read, without a look at the table: a count that grows changes nothing here.
CREATE INDEX issue_tags_by_tag ON issue_tags (project_id, tag, issue, environment_number) INCLUDE (is_common);

-- Every tag of every place with its count. OFFSET keeps the place from being read for tags
-- that have a count of their own.
CREATE VIEW counted_tags AS
SELECT tag.project_id, tag.issue, tag.tag, tag.environment_number, tag.is_common,
       coalesce(tag.event_count, place.event_count) AS event_count,
       coalesce(tag.first_seen, place.first_seen) AS first_seen,
       coalesce(tag.last_seen, place.last_seen) AS last_seen
FROM issue_tags AS tag
LEFT JOIN LATERAL (
    SELECT event_count, first_seen, last_seen
    FROM issue_environments AS place
    WHERE tag.is_common AND place.project_id = tag.project_id AND place.issue = tag.issue
      AND place.environment_number = tag.environment_number
    OFFSET 0
) AS place ON true;

-- Some tags are in every other row, and how many rows a search finds decides how it is best done.
ALTER TABLE issue_tags ALTER COLUMN tag SET STATISTICS 1000;

-- Lists read issues by their numbers; without an index on a column that every event changes, a row that grows
-- stays on its page and no index hears of it.
DROP INDEX issues_recent;
