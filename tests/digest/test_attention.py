"""Issues that come back to attention: told once, to one worker, and written down."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rustrak.accounts.projects import delete_project
from rustrak.database.pool import Connection, connect, fetch_all
from rustrak.digest.mutes import end_mutes
from rustrak.ledger.decisions import DecisionKind, Details
from rustrak.projections.apply_events import apply_events
from rustrak.projections.attention import bring_back
from rustrak.projections.changes import Change, ChangeKind
from rustrak.projections.decide import decide
from rustrak.projections.event_row import EventRow
from rustrak.projections.release_order import compare_releases
from tests.digest.rows import event

NOW = datetime.now(UTC)


async def fold(conn: Connection, *rows: EventRow) -> list[Change]:
    """What events changed, folded as the digest does."""
    async with conn.transaction():
        applied = await apply_events(conn, rows)
        return applied.changes + await bring_back(conn, applied.applied, applied.watched)


async def decided(
    conn: Connection, row: EventRow, kind: DecisionKind, details: Details | None = None
) -> None:
    async with conn.transaction():
        await decide(
            conn,
            project_id=row.project_id,
            kind=kind,
            actor="user:1",
            issues={row.issue_id: details or {}},
        )


async def statuses(conn: Connection) -> list[str]:
    rows = await fetch_all(conn, "SELECT status FROM issues ORDER BY project_id, id")
    return [row["status"] for row in rows]


async def decisions(conn: Connection) -> list[tuple[Any, ...]]:
    rows = await fetch_all(
        conn,
        "SELECT kind, actor, details FROM decisions WHERE issue_id IS NOT NULL ORDER BY position",
    )
    return [tuple(row.values()) for row in rows]


async def test_a_regression_is_told_with_the_event_that_made_it(conn: Connection) -> None:
    first = event(1)
    assert [change.kind for change in await fold(conn, first)] == [ChangeKind.OPENED]
    await decided(conn, first, DecisionKind.RESOLVE)
    late = event(19, level="info", release="b")
    early = event(18, level="fatal", tags='{"a": "b"}')
    (change,) = await fold(conn, late, early)
    assert change == Change(
        1,
        first.issue_id,
        ChangeKind.REGRESSED,
        "fatal",
        "e",
        "a",
        early.event_id,
        '{"a": "b"}',
    )
    assert await fold(conn, event(20)) == []
    assert (await decisions(conn))[1:] == [
        ("regress", "rustrak", {"event_id": early.event_id, "release": "a"})
    ]


async def test_of_two_workers_one_finds_the_regression(conn: Connection, database_url: str) -> None:
    first = event(1)
    await fold(conn, first)
    for round_ in range(5):
        await decided(conn, first, DecisionKind.RESOLVE)
        rows = [event(10 * round_ + place, seconds=0) for place in (11, 12)]
        async with await connect(database_url, application="other") as other:
            found = await asyncio.gather(fold(conn, rows[0]), fold(other, rows[1]))
        assert sorted(len(changes) for changes in found) == [0, 1]
    assert [kind for kind, *_ in await decisions(conn)] == ["resolve", "regress"] * 5


async def test_of_two_workers_one_ends_a_mute(conn: Connection, database_url: str) -> None:
    first = event(1)
    await fold(conn, first)
    limit = {"ignore_count": 2, "event_count": 1}
    await decided(conn, first, DecisionKind.MUTE, limit)
    async with await connect(database_url, application="other") as other:
        found = await asyncio.gather(fold(conn, event(11)), fold(other, event(12)))
    (change,) = [change for changes in found for change in changes]
    assert (change.kind, await statuses(conn)) == (ChangeKind.UNMUTED, ["unresolved"])


async def test_a_mute_for_ever_is_not_even_looked_at(conn: Connection) -> None:
    first = event(1)
    await fold(conn, first)
    await decided(conn, first, DecisionKind.MUTE)
    async with conn.transaction():
        applied = await apply_events(conn, [event(11)])
    assert applied.watched == set()


async def test_mutes_end_when_their_time_is_up(conn: Connection) -> None:
    await conn.execute("INSERT INTO projects (name, slug) VALUES ('a', 'a'), ('b', 'b')")
    rows = [event(place, kind=str(place), level="info") for place in range(1, 6)]
    await fold(conn, *rows)
    tomorrow = NOW + timedelta(days=1)
    for number, row in enumerate(rows[:3]):
        until = (tomorrow + timedelta(hours=number)).isoformat()
        await decided(conn, row, DecisionKind.MUTE, {"until": until})
    await decided(conn, rows[3], DecisionKind.MUTE)
    await decided(conn, rows[2], DecisionKind.RESOLVE)
    assert await end_mutes(conn) == []
    assert await end_mutes(conn, tomorrow - timedelta(seconds=1)) == []
    (change,) = await end_mutes(conn, tomorrow)
    assert change == Change(1, rows[0].issue_id, ChangeKind.UNMUTED, "info", "", "")
    (change,) = await end_mutes(conn, tomorrow + timedelta(days=9))
    assert change.issue_id == rows[1].issue_id
    assert sorted(await statuses(conn)) == sorted(
        ["unresolved", "unresolved", "resolved", "muted", "unresolved"]
    )
    assert (await decisions(conn))[-1] == ("unmute", "rustrak", {"reason": "until"})


async def test_a_mute_taken_back_or_prolonged_does_not_end(conn: Connection) -> None:
    await conn.execute("INSERT INTO projects (name, slug) VALUES ('a', 'a')")
    row = event(1)
    await fold(conn, row)
    soon, later = ((NOW + timedelta(days=days)).isoformat() for days in (1, 9))
    await decided(conn, row, DecisionKind.MUTE, {"until": soon})
    await decided(conn, row, DecisionKind.MUTE, {"until": later})
    assert await end_mutes(conn, NOW + timedelta(days=2)) == []
    await decided(conn, row, DecisionKind.UNMUTE)
    assert await end_mutes(conn, NOW + timedelta(days=99)) == []


async def test_many_mutes_end_once_whoever_looks(conn: Connection, database_url: str) -> None:
    await conn.execute("INSERT INTO projects (name, slug) VALUES ('a', 'a'), ('b', 'b')")
    rows = [event(place, project=place % 2 + 1, kind=str(place)) for place in range(1, 251)]
    await fold(conn, *rows)
    for project in (1, 2):
        async with conn.transaction():
            await decide(
                conn,
                project_id=project,
                kind=DecisionKind.MUTE,
                actor="user:1",
                issues={
                    row.issue_id: {"until": NOW.isoformat()}
                    for row in rows
                    if row.project_id == project
                },
            )
    await delete_project(conn, 2)
    async with await connect(database_url, application="other") as other:
        found = await asyncio.gather(end_mutes(conn), end_mutes(other))
    ended = [change.issue_id for changes in found for change in changes]
    assert sorted(ended) == sorted(row.issue_id for row in rows if row.project_id == 1)


async def test_a_session_tells_of_a_release_too(conn: Connection) -> None:
    first = event(1)
    await fold(conn, first)
    await conn.execute(
        "INSERT INTO session_counts VALUES "
        "(1, 'k', 1, 0, now(), 'b', '', date_trunc('hour', now()), 1, 0, 0, 0)"
    )
    await decided(conn, first, DecisionKind.RESOLVE, {"in_next_release": True})
    assert await fold(conn, event(11, release="b")) == []
    assert await fold(conn, event(12, release="")) == []
    (change,) = await fold(conn, event(13, release="b"), event(14, release="c"))
    assert (change.kind, change.release) == (ChangeKind.REGRESSED, "c")


async def test_an_event_received_before_the_decision_brings_nothing_back(conn: Connection) -> None:
    first = event(1)
    await fold(conn, first)
    for kind, details in (
        (DecisionKind.RESOLVE, {}),
        (DecisionKind.RESOLVE, {"in_release": "b"}),
        (DecisionKind.RESOLVE, {"in_next_release": True}),
        (DecisionKind.MUTE, {"ignore_count": 1, "event_count": 0}),
    ):
        await decided(conn, first, kind, details)
        before = event(100 + len(await decisions(conn)), release="b", seconds=-9)
        assert await fold(conn, before) == []
    assert [actor for _, actor, _ in await decisions(conn)] == ["user:1"] * 4


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a@1.2", "a@1.2.0", 0),
        ("a@1.10", "a@1.9", 1),
        ("v1.0", "1.0", 0),
        ("a@1.0-rc.1", "a@1.0", -1),
        ("a@1.0-rc.10", "a@1.0-rc.9", 1),
        ("a@1.0-rc.1", "a@1.0-rc.beta", -1),
        ("a@1.0+5", "a@1.0+6", 0),
        ("a@1.0", "b@1.0", None),
        ("a@1", "a@2", None),
        ("a@1.0", "a@deadbeef", None),
        ("a@" + "1." * 400 + "1", "a@1.0", None),
        ("a@99999999999.0", "a@1.0", None),
        ("", "", None),
    ],
)
def test_releases_are_compared_by_their_numbers(one: str, other: str, expected: int | None) -> None:
    def sign(order: int | None) -> int | None:
        return order and (order > 0) - (order < 0)

    assert sign(compare_releases(one, other)) == expected
    assert sign(compare_releases(other, one)) == (None if expected is None else -expected)
