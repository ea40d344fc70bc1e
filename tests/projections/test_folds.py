"""Folds do not care about order, splitting or repetition: the same facts, the same tables."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.ledger.decisions import DecisionKind
from rustrak.projections.apply_events import apply_events
from rustrak.projections.decide import STATUS
from rustrak.projections.event_row import EventRow, grouping_id

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
DUMP = {
    "issues": "SELECT to_jsonb(t) - 'digest_order' AS row FROM issues t ORDER BY row",
    "events": "SELECT to_jsonb(t) AS row FROM events t ORDER BY row",
    "groupings": "SELECT to_jsonb(t) AS row FROM groupings t ORDER BY row",
}

few_examples = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def event(position: int, project: int, kind: str) -> EventRow:
    """An event whose every text tells its position, so that the wrong choice of one shows."""
    opens = grouping_id(project, kind)
    moment = START + timedelta(seconds=position)
    told = f"{kind} {position}"
    return EventRow(
        project_id=project,
        event_id=f"{position:032x}",
        issue_id=opens,
        grouping_id=opens,
        position=position,
        item=0,
        received_at=moment,
        timestamp=moment - timedelta(seconds=7 * position % 11),
        title=told,
        culprit=told,
        level=("error", "", "info")[position % 3],
        platform=("python", "")[position % 2],
        release="r",
        environment="e",
        server_name="s",
        sdk_name="n",
        sdk_version="v",
        user_ident="",
        tags="{}",
        value=told,
        grouping_version="v1",
        grouping_key="0" * 64,
    )


@st.composite
def facts_and_batches(draw: st.DrawFn) -> tuple[list[EventRow], list[list[EventRow]]]:
    """Some events, and the same ones shuffled, repeated and split into batches.

    A batch holds a row once, because a claim locks it once; another batch may hold it again.
    """
    places = st.tuples(st.sampled_from([1, 2]), st.sampled_from("abc"))
    rows = [event(number, *place) for number, place in enumerate(draw(st.lists(places)), 1)]
    again = draw(st.lists(st.sampled_from(rows), max_size=10)) if rows else []
    shuffled = draw(st.permutations([*rows, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    ends = [0, *cuts, len(shuffled)]
    batches = [shuffled[start:end] for start, end in pairwise(ends)]
    return rows, [list({row.position: row for row in batch}.values()) for batch in batches]


async def clean(conn: Connection) -> None:
    await conn.execute("TRUNCATE issues, events, groupings, issue_deletions, issue_numbers")


async def apply(conn: Connection, rows: Sequence[EventRow]) -> None:
    async with conn.transaction():
        await apply_events(conn, rows)


async def dump(conn: Connection) -> dict[str, list[Any]]:
    """Every row of the read tables but the issues' numbers, which follow the order of arrival."""
    return {table: await fetch_all(conn, query) for table, query in DUMP.items()}


async def numbers(conn: Connection) -> list[Any]:
    return await fetch_all(conn, "SELECT project_id, id, digest_order FROM issues ORDER BY 1, 2")


@few_examples
@given(facts_and_batches())
async def test_events_in_any_order_split_and_repetition_give_the_same_tables(
    conn: Connection, drawn: tuple[list[EventRow], list[list[EventRow]]]
) -> None:
    rows, batches = drawn
    await clean(conn)
    await apply(conn, rows)
    expected = await dump(conn)
    await clean(conn)
    for batch in batches:
        await apply(conn, batch)
    assert await dump(conn) == expected
    assert len(expected["events"]) == len(rows)


@few_examples
@given(facts_and_batches())
async def test_numbers_have_no_gaps_and_outlive_a_rebuild(
    conn: Connection, drawn: tuple[list[EventRow], list[list[EventRow]]]
) -> None:
    rows, batches = drawn
    await clean(conn)
    for batch in batches:
        await apply(conn, batch)
    given_out = await numbers(conn)
    for project in (1, 2):
        mine = sorted(row["digest_order"] for row in given_out if row["project_id"] == project)
        assert mine == list(range(1, len(mine) + 1))
    await conn.execute("TRUNCATE issues, events, groupings")
    await apply(conn, rows)
    assert await numbers(conn) == given_out


async def decide(conn: Connection, issue: UUID, second: float, kind: DecisionKind) -> None:
    """Fold a decision as `rustrak.projections.decide` does, at a time of our choosing."""
    await execute(
        conn,
        sql("projections/set_status"),
        project_id=1,
        issue_id=issue,
        status=STATUS[kind],
        decided_at=START + timedelta(seconds=second),
    )


@few_examples
@given(
    steps=st.lists(st.one_of(st.none(), st.sampled_from(sorted(STATUS))), max_size=8).flatmap(
        lambda kinds: st.tuples(
            st.just(kinds), st.permutations([*range(len(kinds)), *range(len(kinds))])
        )
    )
)
async def test_decisions_and_events_in_any_order_give_the_same_status(
    conn: Connection, steps: tuple[list[DecisionKind | None], list[int]]
) -> None:
    kinds, order = steps
    first = event(1, 1, "a")

    async def fold(place: int) -> None:
        kind = kinds[place]
        if kind is None:
            await apply(conn, [event(place + 2, 1, "a")])
        else:
            await decide(conn, first.issue_id, place + 2.5, kind)

    tables = []
    for places in (range(len(kinds)), order):
        await clean(conn)
        await apply(conn, [first])
        for place in places:
            await fold(place)
        tables.append(await dump(conn))
    assert tables[0] == tables[1]


@cache
def _issue() -> UUID:
    return event(1, 1, "a").issue_id


def stories() -> list[Any]:
    """What happened to an issue, second by second, and what it is then."""
    resolve, unresolve = DecisionKind.RESOLVE, DecisionKind.UNRESOLVE
    mute, unmute = DecisionKind.MUTE, DecisionKind.UNMUTE
    return [
        pytest.param([resolve], (True, False), id="resolved"),
        pytest.param([resolve, None], (False, False), id="resolved, seen again"),
        pytest.param([None, resolve], (True, False), id="seen again, resolved"),
        pytest.param([resolve, None, resolve], (True, False), id="resolved again"),
        pytest.param([resolve, unresolve], (False, False), id="reopened"),
        pytest.param([mute, None], (False, True), id="muted, seen again"),
        pytest.param([mute, resolve], (True, False), id="muted, resolved"),
        pytest.param([mute, unmute], (False, False), id="unmuted"),
    ]


@pytest.mark.parametrize(("story", "expected"), stories())
async def test_the_status_follows_the_story(
    conn: Connection, story: list[DecisionKind | None], expected: tuple[bool, bool]
) -> None:
    await apply(conn, [event(1, 1, "a")])
    for second, kind in enumerate(story, 2):
        if kind is None:
            await apply(conn, [event(second, 1, "a")])
        else:
            await decide(conn, _issue(), second, kind)
    (row,) = await fetch_all(conn, "SELECT is_resolved, is_muted FROM issues")
    assert (row["is_resolved"], row["is_muted"]) == expected


async def test_what_changed_is_reported_once(conn: Connection) -> None:
    async def report(rows: list[EventRow]) -> Any:
        async with conn.transaction():
            return await apply_events(conn, rows)

    first = await report([event(1, 1, "a"), event(2, 1, "a"), event(3, 2, "b")])
    assert first.opened == [(1, grouping_id(1, "a")), (2, grouping_id(2, "b"))]
    assert (len(first.applied), first.duplicate, first.regressed) == (3, [], [])
    again = await report([event(1, 1, "a")])
    assert (again.applied, len(again.duplicate), again.opened) == ([], 1, [])
    await decide(conn, _issue(), 10, DecisionKind.RESOLVE)
    later = await report([event(11, 1, "a"), event(12, 1, "a")])
    assert (later.opened, later.regressed) == ([], [(1, _issue())])
