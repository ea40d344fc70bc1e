"""Transactions and spans, from whatever item they come in, to one row each."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest
import sentry_sdk
from hypothesis import given
from hypothesis import strategies as st

from rustrak.database.pool import Connection, fetch_all
from rustrak.digest.digester import Digester
from rustrak.digest.projectors.spans import SpanRow, fold_spans
from rustrak.projections.insert import LARGEST_INSERT
from tests.installation import Installation
from tests.projections.test_folds import START, few_examples
from tests.telemetry import TRACE, sdk, seconds_ago, send_item, transaction

SPAN, PARENT = "fa90fdead5f74052", "b0e6f15b45c36b12"


async def spans(conn: Connection) -> list[dict[str, Any]]:
    return await fetch_all(conn, "SELECT * FROM spans ORDER BY project_id, name, position, place")


def row(position: int, project_id: int = 1, span_id: str = "", number: int = 0) -> SpanRow:
    """A span; one without an id is known by its place."""
    return SpanRow(
        project_id=project_id,
        trace_id=TRACE,
        span_id=span_id,
        place="" if span_id else f"{position}.0.{number}",
        position=position,
        item=0,
        received_at=START,
        timestamp=START,
        duration_us=position - 1,
        name=f"name {position}",
        op="",
        status="ok",
        is_failure=False,
        is_segment=True,
        parent_span_id="",
        children=0,
        release="",
        environment="",
    )


async def test_a_transaction_of_the_sdk_becomes_a_row(
    installation: Installation, conn: Connection
) -> None:
    async with sdk(installation):
        with sentry_sdk.start_transaction(name="GET /cart", op="http.server") as made:
            with sentry_sdk.start_span(op="db", name="SELECT"):
                pass
            made.set_status("not_found")

    (found,) = await spans(conn)
    assert (found["name"], found["op"], found["status"]) == (
        "GET /cart",
        "http.server",
        "not_found",
    )
    assert (found["is_failure"], found["is_segment"], found["children"]) == (True, True, 1)
    assert (found["trace_id"].hex, found["span_id"]) == (made.trace_id, made.span_id)
    assert (found["release"], found["environment"]) == ("shop@1.0", "qa")
    assert found["duration_us"] >= 0
    assert (await installation.books())[installation.project_id].is_even


async def test_streamed_spans_of_the_sdk_become_a_row_each(
    installation: Installation, conn: Connection
) -> None:
    async with sdk(installation, trace_lifecycle="stream"):
        start = sentry_sdk.traces.start_span
        with start(name="GET /cart"), start(name="SELECT carts"):
            pass

    segment, child = await spans(conn)
    assert (segment["name"], segment["is_segment"]) == ("GET /cart", True)
    assert (child["name"], child["is_segment"]) == ("SELECT carts", False)
    assert child["parent_span_id"] == segment["span_id"]
    assert child["trace_id"] == segment["trace_id"]
    books = (await installation.books())[installation.project_id]
    assert books.is_even
    assert books.unsupported == 0


async def test_spans_of_opentelemetry_fall_into_the_same_table(
    installation: Installation, conn: Connection
) -> None:
    ended = int(seconds_ago(60)) * 10**9
    raw = {
        "traceId": TRACE,
        "spanId": SPAN,
        "name": "GET /cart",
        "startTimeUnixNano": str(ended - 250_000_000),
        "endTimeUnixNano": str(ended),
        "status": {"code": 2},
    }
    request = {"resourceSpans": [{"scopeSpans": [{"spans": [raw]}]}]}
    await send_item(installation, "otlp_traces", request)
    # the same span by Sentry's own protocol is no second one
    await send_item(installation, "transaction", transaction(span_id=SPAN))
    await installation.digest()

    (found,) = await spans(conn)
    assert (found["name"], found["duration_us"], found["is_failure"]) == (
        "GET /cart",
        250_000,
        True,
    )
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.duplicate) == (2, 1, 1)
    assert books.is_even


async def test_a_transaction_sent_twice_is_one(
    installation: Installation, conn: Connection
) -> None:
    await send_item(installation, "transaction", transaction(span_id=SPAN), times=2)
    await installation.digest()
    await send_item(installation, "transaction", transaction(span_id=SPAN))
    await installation.digest()
    assert len(await spans(conn)) == 1
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.duplicate) == (3, 1, 2)
    assert books.is_even


async def test_spans_without_ids_are_told_apart_by_their_places(
    installation: Installation, conn: Connection
) -> None:
    entries = [{"name": "a"}, {"name": "b", "trace_id": TRACE}, {"name": "c", "span_id": SPAN}]
    await send_item(installation, "span", {"items": entries}, times=2)
    await installation.digest()
    assert [found["name"] for found in await spans(conn)] == ["a", "a", "b", "b", "c", "c"]


async def test_one_span_in_two_projects_is_two_spans(
    installation: Installation, conn: Connection
) -> None:
    for project in (0, 1):
        await send_item(installation, "transaction", transaction(span_id=SPAN), project=project)
    await installation.digest()
    assert len(await spans(conn)) == 2


HOSTILE = [
    {},
    {"transaction": "nul \0 and half \ud800 a pair", "contexts": "x", "spans": {"a": 1}},
    {"transaction": "long" * 9999, "contexts": {"trace": {"op": ["x"], "trace_id": "0" * 32}}},
    {"start_timestamp": 1e308, "timestamp": -1, "release": "a\nb", "environment": [1]},
    {"start_timestamp": "infinity", "timestamp": None, "contexts": {"trace": {"data": [1, 2]}}},
]


@pytest.mark.parametrize("kind", ["transaction", "span", "otlp_traces"])
async def test_hostile_payloads_harm_nothing_else(
    installation: Installation, conn: Connection, kind: str
) -> None:
    for payload in [*HOSTILE, {"items": [None, 1, *HOSTILE]}, {"resourceSpans": HOSTILE}]:
        await send_item(installation, kind, payload)
    await send_item(installation, kind, b"[]")
    await send_item(installation, kind, b"{no json")
    await send_item(installation, "transaction", transaction("good"))
    await installation.digest()

    assert "good" in {found["name"] for found in await spans(conn)}
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.invalid, books.parked, books.pending) == (10, 2, 0, 0)
    assert books.is_even


@st.composite
def rows_and_batches(draw: st.DrawFn) -> tuple[list[SpanRow], list[list[SpanRow]]]:
    """Some spans, and the same ones shuffled, repeated and split into batches."""
    kinds = draw(st.lists(st.tuples(st.sampled_from([1, 2]), st.booleans()), max_size=8))
    rows = [
        row(place, project, f"{place:016x}" if has_id else "")
        for place, (project, has_id) in enumerate(kinds, 1)
    ]
    again = draw(st.lists(st.sampled_from(rows), max_size=8)) if rows else []
    shuffled = draw(st.permutations([*rows, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    return rows, [shuffled[start:end] for start, end in pairwise([0, *cuts, len(shuffled)])]


@few_examples
@given(rows_and_batches())
async def test_any_order_split_and_repetition_give_the_same_table(
    conn: Connection, drawn: tuple[list[SpanRow], list[list[SpanRow]]]
) -> None:
    rows, batches = drawn
    await conn.execute("TRUNCATE spans")
    await fold_spans(conn, rows)
    expected = await spans(conn)
    await conn.execute("TRUNCATE spans")
    for batch in batches:
        await fold_spans(conn, batch)
    assert await spans(conn) == expected
    assert len(expected) == len(rows)


async def test_more_rows_than_one_statement_takes_are_all_stored(conn: Connection) -> None:
    rows = [row(1, number=number) for number in range(LARGEST_INSERT + 1)]
    assert (await fold_spans(conn, rows)).endings == {}
    assert len(await spans(conn)) == len(rows)
    assert set((await fold_spans(conn, rows)).endings) == {(1, 0)}
    assert len(await spans(conn)) == len(rows)


async def test_a_container_of_which_a_part_is_new_is_applied(
    installation: Installation, conn: Connection
) -> None:
    known = {"trace_id": TRACE, "span_id": SPAN, "name": "known"}
    await send_item(installation, "span", {"items": [known]})
    new = {**known, "span_id": PARENT, "name": "new"}
    await send_item(installation, "span", {"items": [known, new]})
    await installation.digest()
    assert {found["name"] for found in await spans(conn)} == {"known", "new"}
    books = (await installation.books())[installation.project_id]
    assert (books.applied, books.duplicate) == (2, 0)


async def test_several_workers_write_the_same_spans_once(
    installation: Installation, conn: Connection
) -> None:
    made = [transaction(span_id=f"{number % 7 + 1:016x}") for number in range(120)]
    await asyncio.gather(*(send_item(installation, "transaction", one) for one in made))
    workers = [Digester(installation.database_url) for _ in range(3)]
    try:
        await asyncio.gather(*(worker.drain() for worker in workers))
    finally:
        for worker in workers:
            await worker.close()
    assert len(await spans(conn)) == 7
    books = (await installation.books())[installation.project_id]
    assert (books.applied, books.duplicate, books.parked) == (7, 113, 0)
    assert books.is_even
