"""Log lines, from Sentry's and OpenTelemetry's items, to one row each."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentry_sdk import logger

from rustrak.database.pool import Connection, fetch_all
from rustrak.digest.projectors.logs import LogRow, fold_logs
from rustrak.projections.insert import LARGEST_INSERT
from tests.installation import Installation, envelope
from tests.projections.test_folds import START, few_examples
from tests.telemetry import TRACE, line, sdk, send_item, send_lines


async def logs(conn: Connection) -> list[dict[str, Any]]:
    return await fetch_all(conn, "SELECT * FROM logs ORDER BY project_id, position, item, number")


def row(position: int, number: int = 0, project_id: int = 1) -> LogRow:
    return LogRow(
        project_id=project_id,
        timestamp=START,
        position=position,
        item=0,
        number=number,
        received_at=START,
        level="info",
        severity=9,
        body=f"line {position}",
        trace_id=TRACE,
        span_id="",
        release="",
        environment="",
    )


async def test_lines_of_the_sdk_become_rows(installation: Installation, conn: Connection) -> None:
    async with sdk(installation, enable_logs=True):
        logger.info("basket {count}", count=3)
        logger.warning("disk {percent} full", percent=97)

    first, second = await logs(conn)
    assert (first["level"], first["severity"], first["body"]) == ("info", 9, "basket 3")
    assert (second["level"], second["severity"], second["body"]) == ("warn", 13, "disk 97 full")
    assert (first["number"], second["number"]) == (0, 1)
    assert (first["release"], first["environment"]) == ("shop@1.0", "qa")
    assert first["trace_id"].int
    books = (await installation.books())[installation.project_id]
    assert books.is_even
    assert books.unsupported == 0


async def test_lines_of_opentelemetry_fall_into_the_same_table(
    installation: Installation, conn: Connection
) -> None:
    record = {"severityNumber": 17, "body": {"stringValue": "no stock"}, "traceId": TRACE}
    request = {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}
    await send_item(installation, "otlp_logs", request)
    await installation.digest()
    (found,) = await logs(conn)
    assert (found["level"], found["severity"], found["body"]) == ("error", 17, "no stock")
    assert found["trace_id"].hex == TRACE


async def test_equal_lines_are_all_kept(installation: Installation, conn: Connection) -> None:
    same = line("again")
    await send_lines(installation, same, same, same)
    assert [found["body"] for found in await logs(conn)] == ["again"] * 3


async def test_an_item_digested_twice_counts_once(
    installation: Installation, conn: Connection
) -> None:
    await send_lines(installation, line("once"), line("only"))
    before = await logs(conn)
    await conn.execute(
        "INSERT INTO inbox SELECT position, received_at, project_id, items, 1 FROM envelopes"
    )
    await installation.digest()
    assert await logs(conn) == before


async def test_lines_go_to_the_project_they_were_sent_to(
    installation: Installation, conn: Connection
) -> None:
    await send_lines(installation, line("ours"))
    await send_lines(installation, line("theirs"), project=1)
    ids = [project["id"] for project in installation.projects]
    assert [(found["project_id"], found["body"]) for found in await logs(conn)] == [
        (ids[0], "ours"),
        (ids[1], "theirs"),
    ]


HOSTILE: list[Any] = [
    {},
    {"body": "nul \0 and half \ud800 a pair", "level": "x" * 999, "attributes": [1]},
    {"body": {"deep": [[[None]]]}, "severity_number": 10**30, "timestamp": 1e308},
    {"body": "long" * 9999, "trace_id": "0" * 32, "span_id": 7, "level": ["warn"]},
]


@pytest.mark.parametrize("kind", ["log", "otlp_logs"])
async def test_hostile_payloads_harm_nothing_else(
    installation: Installation, conn: Connection, kind: str
) -> None:
    for payload in [*HOSTILE, {"items": [None, 1, *HOSTILE]}, {"resourceLogs": HOSTILE}]:
        await send_item(installation, kind, payload)
    await send_item(installation, kind, b"7")
    await send_item(installation, kind, b"{no json")
    await send_lines(installation, line("good"))

    assert "good" in {found["body"] for found in await logs(conn)}
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.invalid, books.parked, books.pending) == (9, 2, 0, 0)
    assert books.is_even


async def test_all_items_of_an_envelope_are_read(
    installation: Installation, conn: Connection
) -> None:
    items = [({"type": "log"}, b'{"items": [{"body": "%d"}]}' % number) for number in range(3)]
    assert (await installation.post_envelope(envelope({}, *items))).status == 200
    await installation.digest()
    found = [(found["item"], found["body"]) for found in await logs(conn)]
    assert found == [(0, "0"), (1, "1"), (2, "2")]


@few_examples
@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), unique=True, max_size=8).flatmap(
        lambda places: st.tuples(
            st.just(places), st.permutations(places * 2), st.lists(st.integers(0, 16), max_size=4)
        )
    )
)
async def test_any_order_split_and_repetition_give_the_same_table(
    conn: Connection, drawn: tuple[list[Any], list[Any], list[int]]
) -> None:
    places, shuffled, cuts = drawn
    await conn.execute("TRUNCATE logs")
    await fold_logs(conn, [row(*place) for place in places])
    expected = await logs(conn)
    await conn.execute("TRUNCATE logs")
    for start, end in pairwise([0, *sorted(cuts), len(shuffled)]):
        await fold_logs(conn, [row(*place) for place in shuffled[start:end]])
    assert await logs(conn) == expected
    assert len(expected) == len(places)


async def test_more_lines_than_one_statement_takes_are_all_stored(conn: Connection) -> None:
    rows = [row(1, number) for number in range(LARGEST_INSERT + 1)]
    assert (await fold_logs(conn, rows)).endings == {}
    assert len(await logs(conn)) == len(rows)
    assert set((await fold_logs(conn, rows)).endings) == {(1, 0)}
