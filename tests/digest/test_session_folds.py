"""Sessions fold to the same tables in any order, split and repetition, even if they disagree."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rustrak.database.pool import Connection, fetch_all
from rustrak.digest.projectors.sessions import SessionRow, fold_sessions

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
SAID = {"ok": (0, 0, 0), "errored": (1, 0, 0), "crashed": (1, 1, 0), "abnormal": (1, 0, 1)}


@st.composite
def updates(draw: st.DrawFn, position: int) -> SessionRow:
    """An update of one of a few sessions, which may contradict the others in everything."""
    errored, crashed, abnormal = SAID[draw(st.sampled_from(sorted(SAID)))]
    return SessionRow(
        project_id=draw(st.sampled_from([1, 2])),
        key=draw(st.sampled_from(["a" * 32, "b" * 32])),
        position=position,
        item=draw(st.sampled_from([0, 1])),
        received_at=START + timedelta(seconds=position),
        release=draw(st.sampled_from(["r1", "r2"])),
        environment=draw(st.sampled_from(["", "prod"])),
        hour=START + timedelta(hours=draw(st.integers(0, 1))),
        user=draw(st.sampled_from(["", "c" * 32, "d" * 32])),
        total=1,
        errored=errored,
        crashed=crashed,
        abnormal=abnormal,
    )


@st.composite
def rows_and_batches(draw: st.DrawFn) -> tuple[list[SessionRow], list[list[SessionRow]]]:
    rows = [draw(updates(position)) for position in range(1, draw(st.integers(1, 9)))]
    again = draw(st.lists(st.sampled_from(rows), max_size=10)) if rows else []
    shuffled = draw(st.permutations([*rows, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    return rows, [shuffled[a:b] for a, b in pairwise([0, *cuts, len(shuffled)])]


async def tables(conn: Connection, batches: Sequence[Sequence[SessionRow]]) -> list[Any]:
    """Every row of both tables after folding these batches."""
    await conn.execute("TRUNCATE session_counts, session_users")
    for batch in batches:
        async with conn.transaction():
            await fold_sessions(conn, batch)
    query = "SELECT to_jsonb(t) AS row FROM {} t ORDER BY row"
    return [
        await fetch_all(conn, query.format(name)) for name in ("session_counts", "session_users")
    ]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(case=rows_and_batches())
async def test_any_order_split_and_repetition_gives_the_same_tables(
    conn: Connection, case: tuple[list[SessionRow], list[list[SessionRow]]]
) -> None:
    rows, batches = case
    one_by_one = await tables(conn, [[row] for row in rows])
    assert await tables(conn, [rows]) == one_by_one
    assert await tables(conn, batches) == one_by_one


async def test_a_session_counts_where_its_first_item_in_the_ledger_says(conn: Connection) -> None:
    def row(position: int, release: str, **said: int) -> SessionRow:
        counts = {"total": 1, "errored": 0, "crashed": 0, "abnormal": 0, **said}
        received = START + timedelta(seconds=position)
        return SessionRow(
            1, "a" * 32, position, 0, received, release, "", START, "", **counts
        )  # fmt: skip

    later = row(7, "r2", errored=1, crashed=1)
    (counts, _) = await tables(conn, [[later], [row(3, "r1")]])
    (found,) = (one["row"] for one in counts)
    assert (found["position"], found["release"]) == (3, "r1")
    assert (found["total"], found["errored"], found["crashed"]) == (1, 1, 1)
