"""The journal: nobody is answered before the commit, and an outage is waited out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.errors import Overloaded
from rustrak.ingest.journal import Journal
from rustrak.ledger.envelopes import Arrival
from tests.installation import until
from tests.proxy import proxied


def arrival(number: int = 1, body: bytes = b"{}") -> Arrival:
    return Arrival(
        project_id=1,
        event_id=f"{number:032x}",
        form="envelope",
        encoding="",
        items=1,
        client="test/1",
        remote_addr="127.0.0.1",
        body=body,
    )


@asynccontextmanager
async def journal_on(
    url: str, *, hold_bytes: int = 1024 * 1024, hold_seconds: float = 30, on_stored: Any = list
) -> AsyncIterator[Journal]:
    """A journal at work; leaving the block closes it and waits for its last flush."""
    journal = Journal(url, hold_bytes=hold_bytes, hold_seconds=hold_seconds, on_stored=on_stored)
    running = asyncio.create_task(journal.run())
    try:
        yield journal
    finally:
        journal.close()
        await running


async def stored(conn: Connection) -> set[int]:
    rows = await fetch_all(conn, "SELECT event_id FROM envelopes JOIN inbox USING (position)")
    return {row["event_id"].int for row in rows}


async def test_everybody_is_answered_after_the_commit(database_url: str, conn: Connection) -> None:
    async with journal_on(database_url) as journal:

        async def store_and_look(number: int) -> bool:
            await journal.store(arrival(number))
            found = await fetch_one(
                conn,
                "SELECT count(*) AS copies FROM envelopes WHERE event_id = %(id)s::uuid",
                id=f"{number:032x}",
            )
            return found == {"copies": 1}

        assert all(await asyncio.gather(*(store_and_look(number) for number in range(300))))
    assert await stored(conn) == set(range(300))


async def test_many_arrivals_share_a_commit(database_url: str, conn: Connection) -> None:
    wakes: list[None] = []
    async with journal_on(database_url, on_stored=lambda: wakes.append(None)) as journal:
        await asyncio.gather(*(journal.store(arrival(number)) for number in range(1, 301)))
    commits = await fetch_one(conn, "SELECT count(DISTINCT xid) AS commits FROM envelopes")
    assert commits == {"commits": len(wakes)}
    assert len(wakes) < 10


async def test_an_outage_is_waited_out(database_url: str, conn: Connection) -> None:
    async with proxied(database_url) as (proxy, url), journal_on(url) as journal:
        await journal.store(arrival(1))
        await proxy.cut()
        waiting = [asyncio.create_task(journal.store(arrival(number))) for number in (2, 3, 4)]
        done, _ = await asyncio.wait(waiting, timeout=0.3)
        assert done == set()
        assert await stored(conn) == {1}
        await proxy.restore()
        await asyncio.gather(*waiting)
        assert await stored(conn) == {1, 2, 3, 4}
        await journal.store(arrival(5))


async def test_a_journal_that_starts_without_a_database_waits_for_it(
    database_url: str, conn: Connection
) -> None:
    async with proxied(database_url) as (proxy, url):
        await proxy.cut()
        async with journal_on(url) as journal:
            waiting = asyncio.create_task(journal.store(arrival(1)))
            assert not (await asyncio.wait([waiting], timeout=0.2))[0]
            await proxy.restore()
            await waiting
    assert await stored(conn) == {1}


async def test_a_database_that_refuses_writes_is_waited_for(
    database_url: str, conn: Connection
) -> None:
    async with journal_on(database_url) as journal:
        await conn.execute("ALTER TABLE inbox RENAME TO inbox_elsewhere")
        waiting = asyncio.create_task(journal.store(arrival(1)))
        assert not (await asyncio.wait([waiting], timeout=0.2))[0]
        await conn.execute("ALTER TABLE inbox_elsewhere RENAME TO inbox")
        await waiting
    assert await stored(conn) == {1}


async def test_an_outage_beyond_patience_is_an_overload(
    database_url: str, conn: Connection
) -> None:
    async with proxied(database_url) as (proxy, url), journal_on(url, hold_seconds=0.2) as journal:
        await proxy.cut()
        with pytest.raises(Overloaded) as refusal:
            await journal.store(arrival(1))
        assert refusal.value.retry_after == 10
        await proxy.restore()

        async def is_taken() -> bool:
            try:
                await journal.store(arrival(2))
            except Overloaded:  # the pause between two tries is longer than this patience
                return False
            return True

        await until(is_taken)
    assert await stored(conn) == {2}


async def test_more_bytes_than_may_wait_are_an_overload(
    database_url: str, conn: Connection
) -> None:
    async with proxied(database_url) as (proxy, url), journal_on(url, hold_bytes=100) as journal:
        await proxy.cut()
        waiting = asyncio.create_task(journal.store(arrival(1, b"x" * 60)))
        await asyncio.wait([waiting], timeout=0)
        with pytest.raises(Overloaded):
            await journal.store(arrival(2, b"x" * 41))
        second = asyncio.create_task(journal.store(arrival(3, b"x" * 40)))
        await asyncio.wait([second], timeout=0)
        with pytest.raises(Overloaded):
            await journal.store(arrival(4, b"x"))
        await proxy.restore()
        await asyncio.gather(waiting, second)
        await journal.store(arrival(5, b"x" * 100))
    assert await stored(conn) == {1, 3, 5}


async def test_an_envelope_larger_than_the_budget_is_stored_when_nothing_waits(
    database_url: str, conn: Connection
) -> None:
    async with journal_on(database_url, hold_bytes=10) as journal:
        await journal.store(arrival(1, b"x" * 1000))
        await journal.store(arrival(2, b"x" * 1000))
    assert await stored(conn) == {1, 2}


async def test_closing_stores_what_waits(database_url: str, conn: Connection) -> None:
    async with journal_on(database_url) as journal:
        waiting = [asyncio.create_task(journal.store(arrival(number))) for number in range(50)]
        await asyncio.wait(waiting, timeout=0)
    await asyncio.gather(*waiting)
    assert await stored(conn) == set(range(50))


async def test_a_client_that_goes_away_harms_nobody(database_url: str, conn: Connection) -> None:
    async with journal_on(database_url, hold_bytes=200) as journal:
        tasks = [asyncio.create_task(journal.store(arrival(n, b"x" * 50))) for n in range(4)]
        await asyncio.wait(tasks, timeout=0)
        tasks[1].cancel()
        await asyncio.wait(tasks)
        assert [task.cancelled() for task in tasks] == [False, True, False, False]
        await journal.store(arrival(9, b"x" * 200))
    assert await stored(conn) >= {0, 2, 3, 9}


async def test_an_arrival_the_database_cannot_take_harms_no_neighbour(
    database_url: str, conn: Connection
) -> None:
    broken = arrival(2)
    broken.client = "a\0b"
    async with journal_on(database_url) as journal:
        results = await asyncio.gather(
            *(journal.store(one) for one in (arrival(1), broken, arrival(3))),
            return_exceptions=True,
        )
    assert [type(result).__name__ for result in results] == ["NoneType", "Malformed", "NoneType"]
    assert await stored(conn) == {1, 3}
