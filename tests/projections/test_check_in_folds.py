"""Check-ins in any order, split and repeated as they may be, give the same tables."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rustrak.database.pool import Connection, fetch_all
from rustrak.projections.monitors import CheckInRow, apply_check_ins

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
TABLES = ("check_ins", "monitors", "monitor_environments", "monitor_runs")
CONFIGS = ("", '{"a": 1}', '{"a": 2}')


def row(number: int, project: int, run: int, status: str, config: str) -> CheckInRow:
    """A check-in whose values tell its number; two share a position."""
    return CheckInRow(
        project_id=project,
        monitor_slug="nightly",
        environment="qa",
        check_in_id=UUID(int=run or 1000 + number),
        has_id=run > 0,
        position=number // 2,
        item=number % 2,
        received_at=START + timedelta(seconds=number),
        status=status,
        duration="" if number % 3 else str(number),
        release=str(number),
        config=config,
    )


@st.composite
def rows_and_batches(draw: st.DrawFn) -> tuple[list[CheckInRow], list[list[CheckInRow]]]:
    """Some check-ins, and the same ones shuffled, repeated and split into batches."""
    kinds = st.tuples(
        st.sampled_from([1, 2]),
        st.sampled_from([0, 1, 2]),
        st.sampled_from(["in_progress", "ok", "error"]),
        st.sampled_from(CONFIGS),
    )
    rows = [row(number, *kind) for number, kind in enumerate(draw(st.lists(kinds, min_size=1)))]
    again = draw(st.lists(st.sampled_from(rows), max_size=10))
    shuffled = draw(st.permutations([*rows, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    return rows, [shuffled[start:end] for start, end in pairwise([0, *cuts, len(shuffled)])]


async def fold(conn: Connection, *batches: list[CheckInRow]) -> dict[str, list[Any]]:
    await conn.execute("TRUNCATE check_ins, monitors, monitor_environments")
    for batch in batches:
        async with conn.transaction():
            await apply_check_ins(conn, batch)
    query = "SELECT to_jsonb(t) - 'config_item' AS row FROM {} t ORDER BY row"
    return {table: await fetch_all(conn, query.format(table)) for table in TABLES}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows_and_batches())
async def test_check_ins_in_any_order_split_and_repetition_give_the_same_tables(
    conn: Connection, drawn: tuple[list[CheckInRow], list[list[CheckInRow]]]
) -> None:
    rows, batches = drawn
    assert await fold(conn, *batches) == await fold(conn, rows)


async def test_a_check_in_folded_again_is_not_new(conn: Connection) -> None:
    rows = [row(0, 1, 1, "in_progress", ""), row(1, 1, 1, "ok", ""), row(2, 1, 0, "ok", "")]
    async with conn.transaction():
        assert await apply_check_ins(conn, rows) == {(0, 0), (0, 1), (1, 0)}
        assert await apply_check_ins(conn, rows) == set()
