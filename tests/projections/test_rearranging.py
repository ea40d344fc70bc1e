"""Merging, splitting and undoing: every number is what it would be had it always been so."""

import asyncio
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rustrak.database.pool import Connection, connect, fetch_all
from rustrak.errors import Conflict, Invalid, NotFound
from rustrak.events.scrub import ScrubRules
from rustrak.ledger.decisions import DecisionKind
from rustrak.projections.apply_events import apply_events
from rustrak.projections.decide import decide
from rustrak.projections.event_row import grouping_id
from rustrak.projections.rearrange import merge, split, undo
from rustrak.projections.refold import refold_decisions
from tests.projections.test_aggregates import assert_counts_are_right
from tests.projections.test_aggregates import clean as clean_counts
from tests.seen_events import any_event, fold

TABLES = (
    "issues", "events", "groupings", "grouping_routes", "issue_tags", "tag_values",
    "issue_environments", "issue_hours", "project_hours", "releases",
)  # fmt: skip
KINDS = "abcde"
ISSUES = {kind: grouping_id(1, kind) for kind in KINDS}


async def dump(conn: Connection) -> dict[str, list[Any]]:
    query = "SELECT to_jsonb(t) AS row FROM {} t ORDER BY row"
    return {table: await fetch_all(conn, query.format(table)) for table in TABLES}


async def clean(conn: Connection) -> None:
    await clean_counts(conn)
    await conn.execute("ALTER TABLE decisions DISABLE TRIGGER append_only")
    await conn.execute("TRUNCATE decisions, grouping_routes")


async def filled(conn: Connection, seed: int, events: int = 60) -> None:
    random = Random(seed)
    await fold(conn, [any_event(random, number) for number in range(1, events)])


async def known(conn: Connection) -> list[UUID]:
    return [row["id"] for row in await fetch_all(conn, "SELECT id FROM issues ORDER BY id")]


async def merged(conn: Connection, into: UUID, *others: UUID) -> None:
    async with conn.transaction():
        await merge(conn, 1, into=into, issue_ids=others, actor="user:1", scrubbing=ScrubRules())


async def undone(conn: Connection, position: int) -> None:
    async with conn.transaction():
        await undo(conn, 1, position=position, actor="user:1", scrubbing=ScrubRules())


async def last(conn: Connection) -> int:
    (row,) = await fetch_all(conn, "SELECT max(position) AS position FROM decisions")
    return int(row["position"])


async def decided(conn: Connection, kind: DecisionKind, issue: UUID, **details: Any) -> int:
    async with conn.transaction():
        (made,) = await decide(
            conn, project_id=1, kind=kind, actor="user:1", issues={issue: details}
        )
    return made.position


async def test_a_merge_moves_everything_and_undoing_it_restores_every_table(
    conn: Connection,
) -> None:
    await filled(conn, 1)
    first, second, third, *_ = await known(conn)
    await decided(conn, DecisionKind.RESOLVE, second)
    await decided(conn, DecisionKind.PRIORITISE, third, priority="high")
    before = await dump(conn)
    await merged(conn, first, second, third)
    assert not {second, third} & set(await known(conn))
    await assert_counts_are_right(conn)
    (issue,) = await fetch_all(conn, f"SELECT status, priority FROM issues WHERE id = '{first}'")
    assert (issue["status"], issue["priority"]) == ("unresolved", "medium")
    position = await last(conn)
    await undone(conn, position - 1)
    await undone(conn, position)
    after = await dump(conn)
    for table in TABLES:
        assert after[table] == before[table], table


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 10**6))
async def test_any_merges_and_undos_leave_exact_counts(conn: Connection, seed: int) -> None:
    await clean(conn)
    random = Random(seed)
    await filled(conn, seed, 40)
    before = await dump(conn)
    merges: list[int] = []
    for _ in range(random.randint(1, 4)):
        issues = await known(conn)
        if len(issues) < 2:
            break
        into, *others = random.sample(issues, k=random.randint(2, min(3, len(issues))))
        await merged(conn, into, *others)
        position = await last(conn)
        merges += range(position - len(others) + 1, position + 1)
        await assert_counts_are_right(conn)
    for position in random.sample(merges, k=len(merges)):
        await undone(conn, position)
        await assert_counts_are_right(conn)
    after = await dump(conn)
    for table in TABLES:
        assert after[table] == before[table], table


async def test_new_events_of_a_merged_grouping_go_where_it_leads(conn: Connection) -> None:
    await filled(conn, 2)
    into, *others = await known(conn)
    await merged(conn, into, *others)
    random = Random(3)
    await fold(conn, [any_event(random, number) for number in range(100, 140)])
    assert await known(conn) == [into]
    await assert_counts_are_right(conn)


async def test_digests_go_on_while_issues_are_merged_and_parted(
    conn: Connection, database_url: str
) -> None:
    await filled(conn, 4, 40)
    random = Random(5)
    rows = [any_event(random, number) for number in range(100, 300)]

    async def digest() -> None:
        async with await connect(database_url, application="test") as own:
            for start in range(0, len(rows), 10):
                async with own.transaction():
                    await apply_events(own, rows[start : start + 10])

    async def rearrange() -> None:
        for _ in range(6):
            into, other, *_ = await known(conn)
            await merged(conn, into, other)
            await undone(conn, await last(conn))

    await asyncio.gather(digest(), rearrange())
    await assert_counts_are_right(conn)
    (row,) = await fetch_all(conn, "SELECT count(*) AS events FROM events")
    assert row["events"] == 39 + len(rows)


async def test_a_grouping_leaves_a_merged_issue_into_its_own(conn: Connection) -> None:
    await filled(conn, 6)
    into, one, other, *_ = await known(conn)
    await merged(conn, into, one, other)
    async with conn.transaction():
        home = await split(
            conn, 1, issue_id=into, groupings=[one], actor="user:1", scrubbing=ScrubRules()
        )
    assert home == one
    assert one in await known(conn)
    assert other not in await known(conn)
    await assert_counts_are_right(conn)
    for wrong in ([], [into], [into, other], [grouping_id(1, "nobody")]):
        with pytest.raises(Invalid):
            await split(conn, 1, issue_id=into, groupings=wrong, actor="x", scrubbing=ScrubRules())


async def test_of_decisions_the_latest_that_was_not_undone_counts(conn: Connection) -> None:
    await filled(conn, 7)
    issue = (await known(conn))[0]

    async def status() -> str:
        (row,) = await fetch_all(conn, f"SELECT status FROM issues WHERE id = '{issue}'")
        return str(row["status"])

    resolve = await decided(conn, DecisionKind.RESOLVE, issue)
    mute = await decided(conn, DecisionKind.MUTE, issue)
    await undone(conn, mute)
    assert await status() == "resolved"
    undo_of_mute = await last(conn)
    await undone(conn, resolve)
    assert await status() == "unresolved"
    await undone(conn, undo_of_mute)
    assert await status() == "muted"
    with pytest.raises(Conflict):
        await undone(conn, resolve)
    with pytest.raises(NotFound):
        await undone(conn, 10**6)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 10**6))
async def test_folding_one_by_one_is_folding_from_scratch(conn: Connection, seed: int) -> None:
    await clean(conn)
    random = Random(seed)
    await filled(conn, seed, 20)
    issues = await known(conn)
    positions = []
    for _ in range(random.randint(1, 10)):
        if positions and random.random() < 0.3:
            try:
                await undone(conn, random.choice(positions))
            except Conflict:
                continue
        else:
            kind = random.choice([DecisionKind.RESOLVE, DecisionKind.MUTE, DecisionKind.ASSIGN])
            details = {"user_id": random.randint(1, 3)} if kind is DecisionKind.ASSIGN else {}
            await decided(conn, kind, random.choice(issues), **details)
        positions.append(await last(conn))
    folded = await dump(conn)
    await refold_decisions(conn, 1, issues)
    assert await dump(conn) == folded


async def test_an_issue_of_another_project_is_nobodys(conn: Connection) -> None:
    await filled(conn, 8)
    random = Random(9)
    await fold(conn, [any_event(random, number, projects=2) for number in range(200, 240)])
    (theirs, *_) = await fetch_all(conn, "SELECT id FROM issues WHERE project_id = 2")
    (ours, *_) = await fetch_all(conn, "SELECT id FROM issues WHERE project_id = 1")
    with pytest.raises(NotFound):
        await merged(conn, ours["id"], theirs["id"])
    with pytest.raises(Invalid, match="itself"):
        await merged(conn, ours["id"], ours["id"])
