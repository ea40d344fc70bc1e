"""What is counted of issues equals a recount of their events, whatever the order, the splitting,
the repetition and the number of workers."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rustrak.database.pool import Connection, connect, fetch_all
from rustrak.database.queries import sql_directory
from rustrak.ledger.decisions import DecisionKind
from rustrak.projections.apply_events import apply_events
from rustrak.projections.decide import decide
from rustrak.projections.event_row import EventRow, grouping_id
from tests.installation import Installation
from tests.made_events import digested, error
from tests.seen_events import any_event, fold, seen

NAMED_TAGS = """
    counted_tags
    JOIN tag_values ON tag_values.project_id = counted_tags.project_id AND number = tag
    JOIN issues ON issues.project_id = counted_tags.project_id AND digest_order = counted_tags.issue
    JOIN issue_environments AS place ON place.project_id = counted_tags.project_id
        AND place.issue = counted_tags.issue
        AND place.environment_number = counted_tags.environment_number"""
COUNTED = {
    "tags": f"""
        SELECT issues.project_id, id AS issue_id, key, tag_values.value, environment,
               counted_tags.event_count, counted_tags.first_seen, counted_tags.last_seen
        FROM {NAMED_TAGS} ORDER BY 1, 2, 3, 4, 5""",
    "common": f"""
        SELECT issues.project_id, id AS issue_id, environment, key, tag_values.value
        FROM {NAMED_TAGS}
        WHERE is_common ORDER BY 1, 2, 3, 4, 5""",
    "known as common": """
        SELECT issues.project_id, id AS issue_id, environment, key, tag_values.value
        FROM issue_environments AS place
        JOIN issues ON issues.project_id = place.project_id AND digest_order = issue,
             unnest(common) AS tag
        JOIN tag_values ON number = tag
        WHERE tag_values.project_id = place.project_id
        ORDER BY 1, 2, 3, 4, 5""",
    "environments": """
        SELECT issues.project_id, id AS issue_id, environment, place.event_count,
               place.user_count, place.first_seen, place.last_seen
        FROM issue_environments AS place
        JOIN issues ON issues.project_id = place.project_id AND digest_order = issue
        ORDER BY 1, 2, 3""",
    "texts": "SELECT project_id, key, value FROM tag_values ORDER BY 1, 2, 3",
    "users": "SELECT project_id, id, user_count, environment_count FROM issues ORDER BY 1, 2",
    "hours": "SELECT * FROM issue_hours ORDER BY 1, 2, 3, 4",
    "project hours": "SELECT * FROM project_hours WHERE event_count <> 0 ORDER BY 1, 2, 3",
    "releases": """
        SELECT project_id, release, environment, event_count FROM releases
        WHERE event_count <> 0 ORDER BY 1, 2, 3""",
    "heard of": """
        SELECT releases.project_id, releases.release, releases.environment
        FROM releases JOIN events USING (project_id, release, environment)
        WHERE received_at NOT BETWEEN releases.first_seen AND releases.last_seen""",
    "first and newest": """
        SELECT project_id, id, first_position, first_release, newest_release
        FROM issues ORDER BY 1, 2""",
}
COMMON = """
    SELECT project_id, issue_id, environment, key, value
    FROM event_tags
    JOIN (SELECT project_id, issue_id, environment, count(*) AS events FROM events GROUP BY 1, 2, 3)
        AS place USING (project_id, issue_id, environment)
    GROUP BY 1, 2, 3, 4, 5, events HAVING count(*) = events
    ORDER BY 1, 2, 3, 4, 5"""
RECOUNT = {
    "tags": """
        SELECT project_id, issue_id, key, value, environment, count(*) AS event_count,
               min(received_at) AS first_seen, max(received_at) AS last_seen
        FROM event_tags GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5""",
    "common": COMMON,
    "known as common": COMMON,
    "environments": """
        SELECT project_id, issue_id, environment, count(*) AS event_count,
               count(DISTINCT nullif(user_ident, '')) AS user_count,
               min(received_at) AS first_seen, max(received_at) AS last_seen
        FROM events GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
    "texts": "SELECT DISTINCT project_id, key, value FROM event_tags ORDER BY 1, 2, 3",
    "users": """
        SELECT project_id, issue_id AS id, count(DISTINCT nullif(user_ident, '')) AS user_count,
               count(DISTINCT environment) AS environment_count
        FROM events GROUP BY 1, 2 ORDER BY 1, 2""",
    "hours": """
        SELECT project_id, issue_id, date_trunc('hour', received_at, 'UTC') AS hour, environment,
               count(*) AS event_count
        FROM events GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
    "project hours": """
        SELECT project_id, date_trunc('hour', received_at, 'UTC') AS hour, environment,
               count(*) AS event_count
        FROM events GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
    "releases": """
        SELECT project_id, release, environment, count(*) AS event_count FROM events
        WHERE release <> '' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
    "heard of": "SELECT 1 WHERE false",
    "first and newest": """
        SELECT project_id, issue_id AS id, min(position) AS first_position,
               (array_agg(release ORDER BY position, item))[1] AS first_release,
               (array_agg(release ORDER BY position DESC, item))[1] AS newest_release
        FROM events GROUP BY 1, 2 ORDER BY 1, 2""",
}


async def assert_counts_are_right(conn: Connection) -> None:
    for name, query in COUNTED.items():
        counted = await fetch_all(conn, query)  # type: ignore[arg-type]
        recounted = await fetch_all(conn, RECOUNT[name])  # type: ignore[arg-type]
        assert counted == recounted, name


async def clean(conn: Connection) -> None:
    await conn.execute(
        "TRUNCATE issues, events, groupings, issue_deletions, issue_numbers, issue_tags,"
        " tag_values, issue_environments, issue_hours, project_hours, releases"
    )


@st.composite
def batches(draw: st.DrawFn) -> list[list[EventRow]]:
    """Events, shuffled, some of them again, and split; a batch holds an event once."""
    random = Random(draw(st.integers(0, 2**32)))
    rows = [any_event(random, number, projects=2) for number in range(1, draw(st.integers(1, 30)))]
    given_out = rows + random.sample(rows, k=len(rows) // 3)
    random.shuffle(given_out)
    cuts = sorted(random.sample(range(len(given_out) + 1), k=min(4, len(given_out) + 1)))
    ends = [0, *cuts, len(given_out)]
    split = [given_out[start:end] for start, end in pairwise(ends)]
    return [list({row.position: row for row in batch}.values()) for batch in split]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches())
async def test_counts_are_those_of_the_events(
    conn: Connection, folded: list[list[EventRow]]
) -> None:
    await clean(conn)
    for batch in folded:
        await fold(conn, batch)
        await assert_counts_are_right(conn)


async def test_counts_are_right_with_several_workers(conn: Connection, database_url: str) -> None:
    random = Random(3)
    rows = [any_event(random, number) for number in range(1, 400)]

    async def work(mine: Sequence[EventRow]) -> None:
        async with await connect(database_url, application="test") as own:
            for start in range(0, len(mine), 20):
                batch = {row.position: row for row in mine[start : start + 20]}
                async with own.transaction():
                    await apply_events(own, list(batch.values()))

    again = random.sample(rows, k=100)
    shares: list[list[EventRow]] = [rows[0::3], rows[1::3] + again, rows[2::3]]
    await asyncio.gather(*map(work, shares))
    await assert_counts_are_right(conn)
    (row,) = await fetch_all(conn, "SELECT sum(event_count) AS events FROM issues")
    assert row["events"] == len(rows)


async def test_a_deleted_issue_takes_its_counts_with_it(conn: Connection) -> None:
    await conn.execute("INSERT INTO projects (name, slug) VALUES ('p', 'p')")
    random = Random(4)
    await fold(conn, [any_event(random, number) for number in range(1, 100)])
    for kind in "abcde":
        await delete(conn, grouping_id(1, kind))
        await assert_counts_are_right(conn)
    assert await fetch_all(conn, "SELECT FROM issue_tags") == []


async def delete(conn: Connection, issue_id: UUID) -> None:
    async with conn.transaction():
        await decide(
            conn, project_id=1, kind=DecisionKind.DELETE, actor="cli", issues={issue_id: {}}
        )


async def test_an_sdk_cannot_name_the_level_or_the_user_by_a_tag(conn: Connection) -> None:
    lies = {"level": "info", "user": "id:2", "server_name": "", "colour": "red"}
    await fold(conn, [seen(1, level="error", user="id:1", tags=lies)])
    rows = await fetch_all(conn, "SELECT key, value FROM tag_values ORDER BY key")
    assert [(row["key"], row["value"]) for row in rows] == [
        ("colour", "red"),
        ("level", "error"),
        ("user", "id:1"),
    ]


async def test_counts_of_real_events_are_right_after_redelivery(
    installation: Installation, conn: Connection
) -> None:
    known = {"user": {"id": "7"}, "release": "shop@1.0", "tags": {"colour": "red"}}
    event = error(event_id="f" * 32, environment="production", **known)
    await digested(installation, event, event, error(), error("KeyError", tags={"colour": "blue"}))
    await assert_counts_are_right(conn)
    rows: list[Any] = await fetch_all(
        conn,
        "SELECT value, event_count FROM counted_tags JOIN tag_values ON number = tag"
        " WHERE key = 'colour' ORDER BY value",
    )
    assert [(row["value"], row["event_count"]) for row in rows] == [("blue", 1), ("red", 1)]


async def test_what_was_there_before_is_counted_by_the_migration(conn: Connection) -> None:
    random = Random(5)
    await fold(conn, [any_event(random, number, projects=2) for number in range(1, 200)])
    await conn.execute(UNDO)
    await conn.execute("INSERT INTO release_sightings VALUES (1, 'gone', '2026-01-01Z')")
    for name in MIGRATIONS:
        text = (sql_directory() / "projections" / f"{name}.sql").read_text("utf-8")
        async with conn.transaction():
            await conn.execute(text)  # type: ignore[arg-type]
    await assert_counts_are_right(conn)
    (gone,) = await fetch_all(conn, "SELECT * FROM releases WHERE release = 'gone'")
    assert (gone["event_count"], gone["first_seen"]) == (0, datetime(2026, 1, 1, tzinfo=UTC))


MIGRATIONS = (
    *("0013_issue_tags", "0014_issue_users", "0015_event_hours", "0019_tag_numbers"),
    "0022_releases",
)
UNDO = """
    DROP VIEW counted_tags, event_tags, shown_issues, public.issues;
    DROP FUNCTION tags_of, tag_of, tag_number, environment_number;
    DROP TABLE issue_tags, tag_values, issue_environments, issue_hours, project_hours,
        releases;
    CREATE TABLE release_sightings (project_id integer, release text, first_seen timestamptz);
    ALTER TABLE issues DROP COLUMN user_count, DROP COLUMN environment_count,
        DROP COLUMN first_position, DROP COLUMN first_release, DROP COLUMN newest_release;
    DROP INDEX events_of_user;
    CREATE INDEX issues_recent ON issues (project_id, last_seen);
"""
