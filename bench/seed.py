"""A year's worth of a busy project in a minute: events written straight into the read tables.

Nothing is in the ledger but the envelopes of a few events, so that these can be opened. What is
counted of issues is worked out with the definition the digest uses, and checked by its tests; rows
lie in the order in which a digest would have written them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, LiteralString

import psycopg
from psycopg.sql import SQL, Identifier

SAMPLES: Final = 1000
"""Events with an envelope."""

_ISSUES: Final[LiteralString] = """
CREATE TEMP TABLE kind AS
SELECT n, md5('issue ' || n)::uuid AS id,
       (ARRAY['ValueError', 'KeyError', 'TypeError', 'TimeoutError', 'IOError'])[n %% 5 + 1]
           || ': no ' || md5(n::text) AS title,
       'shop.' || (ARRAY['cart', 'pay', 'ship', 'mail'])[n %% 4 + 1] || ' in step_' || n %% 97
           AS culprit,
       (ARRAY['error', 'error', 'error', 'warning', 'fatal'])[n %% 5 + 1] AS level,
       (ARRAY['python', 'javascript', 'java'])[n %% 3 + 1] AS platform
FROM generate_series(1, %(issues)s) AS n;
ANALYZE kind;
"""
_EVENTS: Final[LiteralString] = """
INSERT INTO events
SELECT %(project)s, md5('event ' || drawn.n)::uuid, kind.id, kind.id, drawn.n, 0, at, at,
       title, culprit, CASE WHEN r2 < 0.02 THEN 'info' ELSE level END, platform,
       'shop@1.' || floor(extract(epoch FROM at - %(start)s) / 259200) || '.' || floor(r2 * 3),
       CASE WHEN r3 < 0.8 THEN 'production' WHEN r3 < 0.95 THEN 'staging' ELSE '' END,
       'web-' || floor(r4 * 8), 'sentry.python', '2.0',
       CASE WHEN r5 < 0.1 THEN ''
            WHEN r5 < 0.2 THEN 'email:user' || floor(r6 * r6 * 50000) || '@example.com'
            ELSE 'id:' || floor(r6 * r6 * 50000) END,
       jsonb_build_object(
           'browser',
           (ARRAY['Chrome 120', 'Firefox 119', 'Safari 17', 'Edge 120'])[floor(r7 * 4) + 1],
           'os', (ARRAY['Windows 11', 'macOS 14', 'Linux'])[floor(r8 * 3) + 1],
           'runtime', 'CPython 3.11.7', 'handled', 'no', 'mechanism', 'django',
           'transaction', '/' || kind.n %% 40, 'customer', 'c' || floor(r9 * 200),
           'url', 'https://shop.example/' || kind.n %% 40 || '/' || floor(r10 * 5))
FROM (
    SELECT n, least(floor(exp(random() * ln(%(issues)s + 1))), %(issues)s)::integer AS kind,
           %(start)s::timestamptz + n * interval '30 days' / %(events)s AS at,
           random() AS r2, random() AS r3, random() AS r4, random() AS r5, random() AS r6,
           random() AS r7, random() AS r8, random() AS r9, random() AS r10
    FROM generate_series(1, %(events)s) AS n
) AS drawn
JOIN kind ON kind.n = drawn.kind;
"""
_COUNTED: Final[tuple[LiteralString, ...]] = (
    "DROP INDEX issue_tags_by_tag",
    """
INSERT INTO tag_values
SELECT project_id, tag_number(key, value), key, value
FROM (SELECT DISTINCT project_id, key, value FROM event_tags) AS tag""",
    """
CREATE TEMP TABLE place AS
SELECT project_id, issue_id, kind.n AS issue, environment,
       environment_number(environment) AS environment_number, count(*) AS events,
       count(DISTINCT nullif(user_ident, '')) AS users, min(received_at) AS first_seen,
       max(received_at) AS last_seen
FROM events JOIN kind ON kind.id = issue_id GROUP BY 1, 2, 3, 4, 5""",
    "ANALYZE place, tag_values",
    """
INSERT INTO issue_tags
SELECT project_id, issue, number, environment_number, tag.events = place.events,
       nullif(tag.events, place.events),
       CASE WHEN tag.events < place.events THEN tag.first_seen END,
       CASE WHEN tag.events < place.events THEN tag.last_seen END
FROM (SELECT project_id, issue_id, key, value, environment, count(*) AS events,
             min(received_at) AS first_seen, max(received_at) AS last_seen
      FROM event_tags GROUP BY 1, 2, 3, 4, 5) AS tag
JOIN place USING (project_id, issue_id, environment)
JOIN tag_values USING (project_id, key, value)
ORDER BY tag.first_seen""",
    """
CREATE INDEX issue_tags_by_tag ON issue_tags (project_id, tag, issue, environment_number)
    INCLUDE (is_common)""",
    """
INSERT INTO issue_environments
SELECT project_id, issue, environment_number, environment, events, users, first_seen, last_seen,
       coalesce(common, '{}')
FROM place
LEFT JOIN (SELECT project_id, issue, environment_number, array_agg(tag ORDER BY tag) AS common
           FROM issue_tags WHERE is_common GROUP BY 1, 2, 3) AS shared
    USING (project_id, issue, environment_number)""",
    """
INSERT INTO issue_hours
SELECT project_id, issue_id, date_trunc('hour', received_at, 'UTC'), environment, count(*)
FROM events GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
    """
INSERT INTO project_hours
SELECT project_id, hour, environment, sum(event_count) FROM issue_hours GROUP BY 1, 2, 3""",
    """
INSERT INTO issues (project_id, id, digest_order, first_seen, last_seen, event_count,
                    newest_position, title, value, culprit, level, platform, status, status_at,
                    user_count, environment_count, priority, first_position, first_release,
                    newest_release)
SELECT project_id, id, n, counted.first_seen, counted.last_seen, counted.events, newest, title,
       split_part(title, ': ', 2), culprit, level, platform,
       (ARRAY['unresolved', 'unresolved', 'unresolved', 'resolved', 'muted'])[n % 5 + 1],
       CASE WHEN n % 5 > 2 THEN now() + interval '1 day' ELSE '-infinity' END, users,
       environments,
       (ARRAY['high', 'medium', 'medium', 'low'])[n % 4 + 1], oldest, first_release, newest_release
FROM (SELECT project_id, issue_id, count(*) AS events,
             count(DISTINCT nullif(user_ident, '')) AS users,
             count(DISTINCT environment) AS environments, min(received_at) AS first_seen,
             max(received_at) AS last_seen, max(position) AS newest, min(position) AS oldest,
             (array_agg(release ORDER BY position))[1] AS first_release,
             (array_agg(release ORDER BY position DESC))[1] AS newest_release
      FROM events GROUP BY 1, 2) AS counted
JOIN kind ON kind.id = counted.issue_id""",
    """
INSERT INTO releases
SELECT project_id, release, environment, count(*), min(received_at), max(received_at)
FROM events WHERE release <> '' GROUP BY 1, 2, 3""",
    "INSERT INTO issue_numbers SELECT project_id, id, digest_order FROM issues",
    """
INSERT INTO groupings
SELECT project_id, id, id, 'v1', md5(id::text) || md5(id::text) FROM issues""",
)
_ENVELOPES: Final[LiteralString] = """
INSERT INTO envelopes (position, received_at, project_id, event_id, form, encoding, items, client,
                       remote_addr, body)
OVERRIDING SYSTEM VALUE
SELECT position, received_at, project_id, event_id, 'envelope', '', 1, 'bench', '', %(body)s
FROM events WHERE position %% %(every)s = 0
"""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was written, and some ids to ask for."""

    events: int
    issues: int
    largest_issue: str
    median_issue: str
    event: str
    """In the largest issue, with an envelope."""


def seed(url: str, *, project_id: int, events: int, issues: int) -> Seeded:
    """Fill a migrated database that has no events; `url` is a superuser's or the owner's."""
    options = (
        "-c search_path=projection_1,public -c timezone=UTC -c work_mem=1GB"
        " -c maintenance_work_mem=512MB -c enable_memoize=off"
    )
    params = {"project": project_id, "events": events, "issues": issues}
    with psycopg.connect(url, options=options, autocommit=True) as conn:
        conn.execute("SELECT setseed(0.5)")
        start = conn.execute("SELECT now() - interval '30 days'").fetchone()
        assert start is not None
        client = psycopg.ClientCursor(conn)
        client.execute(_ISSUES, params)
        with _without_indexes(conn):
            client.execute(_EVENTS, {**params, "start": start[0]})
        conn.execute("ANALYZE events")
        for statement in _COUNTED:
            conn.execute(statement)
        body = b'{}\n{"type":"event"}\n{"message":"seeded","platform":"python"}\n'
        conn.execute(_ENVELOPES, {"body": body, "every": max(1, events // SAMPLES)})
        conn.execute("SELECT setval(pg_get_serial_sequence('envelopes', 'position'), %s)", [events])
        conn.execute("VACUUM ANALYZE")
        return _ids(conn, events, issues)


@contextmanager
def _without_indexes(conn: psycopg.Connection) -> Iterator[None]:
    """Indexes of events are built afterwards: in a third of the time, and without gaps."""
    kept = conn.execute(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'projection_1'"
        " AND tablename = 'events' AND indexname <> 'events_pkey'"
    ).fetchall()
    conn.execute("ALTER TABLE events DROP CONSTRAINT events_pkey")
    for (definition,) in kept:
        name = definition.removeprefix("CREATE INDEX ").partition(" ")[0]
        conn.execute(SQL("DROP INDEX {}").format(Identifier(name)))
    yield
    conn.execute("ALTER TABLE events ADD PRIMARY KEY (project_id, event_id)")
    for (definition,) in kept:
        conn.execute(definition)


def _ids(conn: psycopg.Connection, events: int, issues: int) -> Seeded:
    largest, median = conn.execute(
        "SELECT (array_agg(id ORDER BY event_count DESC))[1],"
        " (array_agg(id ORDER BY event_count DESC))[count(*) / 2 + 1] FROM issues"
    ).fetchone() or ("", "")
    found = conn.execute(
        "SELECT event_id FROM events WHERE issue_id = %s AND position %% %s = 0 LIMIT 1",
        [largest, max(1, events // SAMPLES)],
    ).fetchone()
    event = str(found[0]) if found else ""
    return Seeded(events, issues, str(largest), str(median), event)
