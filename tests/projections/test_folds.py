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

from rustrak.database.pool import Connection, fetch_all
from rustrak.ledger.decisions import Decision, DecisionKind, Details
from rustrak.projections.apply_events import apply_events
from rustrak.projections.changes import Change, ChangeKind
from rustrak.projections.decide import fold_decisions
from rustrak.projections.event_row import EventRow, grouping_id

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
DUMP = {
    "issues": "SELECT to_jsonb(t) - 'digest_order' AS row FROM issues t ORDER BY row",
    "events": "SELECT to_jsonb(t) AS row FROM events t ORDER BY row",
    "groupings": "SELECT to_jsonb(t) AS row FROM groupings t ORDER BY row",
    "releases": "SELECT to_jsonb(t) AS row FROM releases t ORDER BY row",
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
        release=("r", "s")[position % 2],
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
    await conn.execute(
        "TRUNCATE issues, events, groupings, issue_deletions, issue_numbers, issue_comments, "
        "releases, issue_environments, issue_tags, tag_values, issue_hours, project_hours"
    )


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


KINDS: list[tuple[DecisionKind, Details]] = [
    (DecisionKind.RESOLVE, {}),
    (DecisionKind.RESOLVE, {"in_release": "r"}),
    (DecisionKind.RESOLVE, {"in_next_release": True}),
    (DecisionKind.UNRESOLVE, {}),
    (DecisionKind.REGRESS, {"event_id": "0" * 32, "release": "r"}),
    (DecisionKind.MUTE, {}),
    (DecisionKind.MUTE, {"until": "2026-02-01T00:00:00+00:00"}),
    (DecisionKind.MUTE, {"ignore_count": 1, "event_count": 1}),
    (DecisionKind.UNMUTE, {}),
    (DecisionKind.PRIORITISE, {"priority": "high"}),
    (DecisionKind.PRIORITISE, {"priority": "low"}),
    (DecisionKind.ASSIGN, {"user_id": 1}),
    (DecisionKind.ASSIGN, {"user_id": None}),
]


async def decide(
    conn: Connection,
    issue: UUID,
    second: float,
    kind: DecisionKind,
    details: Details | None = None,
) -> None:
    """Fold a decision as if it had been taken at a time of our choosing."""
    decided_at = START + timedelta(seconds=second)
    position = int(second * 2)
    decision = Decision(1, issue, kind, "user:1", position, decided_at, details or {})
    await fold_decisions(conn, [decision])


@few_examples
@given(
    steps=st.lists(st.one_of(st.none(), st.sampled_from(KINDS)), max_size=8).flatmap(
        lambda kinds: st.tuples(
            st.just(kinds), st.permutations([*range(len(kinds)), *range(len(kinds))])
        )
    )
)
async def test_decisions_and_events_in_any_order_give_the_same_issue(
    conn: Connection, steps: tuple[list[tuple[DecisionKind, Details] | None], list[int]]
) -> None:
    kinds, order = steps
    first = event(1, 1, "a")

    async def fold(place: int) -> None:
        chosen = kinds[place]
        if chosen is None:
            await apply(conn, [event(place + 2, 1, "a")])
        else:
            await decide(conn, first.issue_id, place + 2.5, *chosen)

    tables = []
    for places in (range(len(kinds)), order):
        await clean(conn)
        await apply(conn, [first])
        for place in places:
            await fold(place)
        tables.append(await dump(conn))
    assert tables[0] == tables[1]


def comment(second: int, kind: DecisionKind, number: int) -> Decision:
    """A decision about one of two comments, worded so that it can be told from others."""
    details = {"comment_id": str(UUID(int=number + 1)), "text": f"worded at {second}"}
    moment = START + timedelta(seconds=second)
    return Decision(1, _issue(), kind, f"user:{second}", second, moment, details)


@few_examples
@given(
    st.lists(
        st.tuples(
            st.sampled_from([DecisionKind.EDIT_COMMENT, DecisionKind.DELETE_COMMENT]),
            st.integers(0, 1),
        ),
        max_size=5,
    )
    .map(
        lambda steps: [
            *(comment(number + 1, DecisionKind.COMMENT, number) for number in (0, 1)),
            *(comment(second, *step) for second, step in enumerate(steps, 3)),
        ]
    )
    .flatmap(lambda facts: st.tuples(st.just(facts), st.permutations([*facts, *facts])))
)
async def test_comments_folded_in_any_order_read_the_same(
    conn: Connection, drawn: tuple[list[Decision], list[Decision]]
) -> None:
    found = []
    for facts in drawn:
        await clean(conn)
        for fact in facts:
            await fold_decisions(conn, [fact])
        found.append(await fetch_all(conn, "SELECT * FROM issue_comments ORDER BY id"))
    assert found[0] == found[1]
    assert [row["position"] for row in found[0]] == [1, 2]
    assert [row["author"] for row in found[0]] == ["user:1", "user:2"]


async def test_what_was_decided_before_a_deletion_is_not_folded_after_it(conn: Connection) -> None:
    await apply(conn, [event(1, 1, "a")])
    await decide(conn, _issue(), 5, DecisionKind.DELETE)
    await apply(conn, [event(9, 1, "a")])
    fresh = await dump(conn)
    for kind, details in KINDS:
        await decide(conn, _issue(), 4, kind, details)
    await fold_decisions(conn, [comment(4, DecisionKind.COMMENT, 0)])
    assert await dump(conn) == fresh
    assert await fetch_all(conn, "SELECT FROM issue_comments") == []
    for kind, details in KINDS:
        await decide(conn, _issue(), 6, kind, details)
    assert await dump(conn) != fresh


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


async def test_what_was_opened_is_reported_once(conn: Connection) -> None:
    async def report(rows: list[EventRow]) -> Any:
        async with conn.transaction():
            return await apply_events(conn, rows)

    first = await report([event(1, 1, "a"), event(2, 1, "a"), event(3, 2, "b")])
    assert first.changes == [
        Change(1, _issue(), ChangeKind.OPENED, "", "e", "s", f"{1:032x}"),
        Change(2, grouping_id(2, "b"), ChangeKind.OPENED, "error", "e", "s", f"{3:032x}"),
    ]
    assert (len(first.applied), first.duplicate, first.watched) == (3, [], set())
    again = await report([event(1, 1, "a")])
    assert (again.applied, len(again.duplicate), again.changes) == ([], 1, [])
    await decide(conn, _issue(), 10, DecisionKind.RESOLVE)
    later = await report([event(12, 1, "a"), event(11, 1, "a")])
    assert (later.changes, later.watched) == ([], {(1, _issue())})
