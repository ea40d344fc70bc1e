"""All read tables made again from the ledger, beside the live ones, and switched to in one step.

Envelopes are folded by the projectors that folded them before, several processes at once, while the
live tables go on; what people decided is folded after them. At last digests and decisions wait for
a moment: what came meanwhile is folded, and the schemas change names. Nobody is told of anything,
and nothing is judged again: what Rustrak decided on the way is in the ledger.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from typing import Final

from rustrak import running
from rustrak.database import projections
from rustrak.database.pool import Connection, connect, execute, fetch_one
from rustrak.database.queries import sql
from rustrak.digest.batch import digest_items
from rustrak.digest.projector import Projector
from rustrak.digest.projectors import PROJECTORS
from rustrak.digest.rebuild_compare import compare
from rustrak.digest.rebuild_decisions import (
    fold_facts_after,
    fold_facts_before,
    settle_what_was_regrouped,
)
from rustrak.digest.rebuild_trimmed import take_over
from rustrak.digest.restoring import restore
from rustrak.ledger.envelopes import fetch_envelopes
from rustrak.ledger.past import hold_past

ROWS: Final = 1_000  # envelopes of one transaction
FEW: Final = 2_000  # envelopes that may be folded while everybody waits
LONGEST_REST: Final = 1.0  # seconds between two transactions of a gentle rebuild

Progress = Callable[[int, int], Awaitable[None]]
"""Told of how many envelopes are folded, of how many there are."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did."""

    folded: int
    """Envelopes."""
    differences: dict[str, int] | None = None
    """Of a check: rows that differ, of tables where any do."""


async def rebuild(
    url: str,
    *,
    processes: int,
    progress: Progress,
    projectors: Sequence[Projector] = PROJECTORS,
    is_check: bool = False,
    is_gentle: bool = False,
) -> Rebuilt:
    """Make the read tables again and switch to them, or, as a check, only compare them.

    A rebuild that was killed goes on. With no processes it is all done by this one. A gentle one
    rests as long as it works. Raises Conflict where another rebuild, retention or an erasure is
    under way.
    """
    async with (
        await connect(url, application="rebuild", statement_timeout=0) as conn,
        hold_past(conn),
    ):
        await _begin(conn)
        since: datetime | None = None
        is_indexed = False
        while True:
            since = await _look(conn, since)
            done, total = await _progress(conn, progress)
            if total - done > FEW:
                await _fold_all(conn, url, Pace(processes, is_gentle), progress, projectors)
            elif not is_indexed:
                await projections.make_missing_indexes(conn)
                is_indexed = True
            else:
                break
        differences = await _finish(conn, since, projectors, is_check=is_check)
        _, total = await _progress(conn, progress)
        if is_check:
            await give_up(conn)
            return Rebuilt(total, differences)
        await conn.execute("RESET search_path")
        begun = await fetch_one(conn, sql("digest/get_rebuild"))
        assert begun is not None
        for project_id in await settle_what_was_regrouped(conn, begun["decision"]):
            await restore(conn, project_id)
        await projections.drop(conn, projections.OLD)
        await execute(conn, sql("digest/forget_rebuild"))
    return Rebuilt(total)


async def give_up(conn: Connection) -> None:
    """Forget a rebuild that was begun; the live tables are as they were."""
    await projections.drop(conn, projections.BESIDE)
    await execute(conn, sql("digest/forget_rebuild"))


async def fold_next(conn: Connection, projectors: Sequence[Projector]) -> int:
    """Fold a part into the tables beside, in a transaction; how many envelopes it had."""
    async with conn.transaction():
        envelopes = await fetch_envelopes(conn, sql("digest/claim_rebuild_part"))
        if envelopes:
            await digest_items(conn, envelopes, projectors, only={})
    return len(envelopes)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many processes fold, and whether they rest in between."""

    processes: int
    is_gentle: bool


def fold_in_process(url: str, is_gentle: bool) -> None:
    """What another process does until nothing is left."""

    async def fold() -> None:
        async with await connect(url, application="rebuild", statement_timeout=0) as conn:
            await projections.work_beside(conn)
            await conn.execute("SET synchronous_commit = off")  # what is lost is folded again
            started = time.monotonic()
            while await fold_next(conn, PROJECTORS):
                if is_gentle:
                    await asyncio.sleep(min(time.monotonic() - started, LONGEST_REST))
                started = time.monotonic()

    running.run(fold())


async def _begin(conn: Connection) -> None:
    await projections.drop(conn, projections.OLD)
    if not await projections.exists(conn, projections.BESIDE):
        async with conn.transaction():
            await execute(conn, sql("digest/forget_rebuild"))
            await projections.create_beside(conn)
            await projections.drop_slow_indexes(conn)
            await fold_facts_before(conn)
            await take_over(conn)
    await projections.work_beside(conn)


async def _look(conn: Connection, since: datetime | None) -> datetime:
    """Find what is to be folded; returns from when on to look the next time."""
    row = await fetch_one(conn, sql("digest/oldest_waiting"))
    assert row is not None
    await execute(conn, sql("digest/find_rebuild_parts"), since=since, rows=ROWS)
    following: datetime = row["since"]
    return following


async def _progress(conn: Connection, progress: Progress) -> tuple[int, int]:
    row = await fetch_one(conn, sql("digest/count_rebuild_envelopes"))
    assert row is not None
    await progress(row["done"], row["total"])
    return row["done"], row["total"]


async def _fold_all(
    conn: Connection,
    url: str,
    pace: Pace,
    progress: Progress,
    projectors: Sequence[Projector],
) -> None:
    if pace.processes < 1:
        while await fold_next(conn, projectors):
            await _progress(conn, progress)
        return
    context = get_context("spawn")
    arguments = (url, pace.is_gentle)
    workers = [
        context.Process(target=fold_in_process, args=arguments) for _ in range(pace.processes)
    ]
    for worker in workers:
        worker.start()
    try:
        while any(worker.is_alive() for worker in workers):
            await asyncio.sleep(0.5)
            await _progress(conn, progress)
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()


async def _finish(
    conn: Connection, since: datetime | None, projectors: Sequence[Projector], *, is_check: bool
) -> dict[str, int]:
    """While digests and decisions wait: the last envelopes, everything decided, the switch; or the
    rows that differ, of a check."""
    async with conn.transaction():
        await execute(conn, sql("digest/hold_projects"))
        await execute(conn, sql("digest/hold_decisions"))
        await execute(conn, sql("digest/find_rebuild_parts"), since=since, rows=ROWS)
        while await fold_next(conn, projectors):
            pass
        await fold_facts_after(conn)
        if is_check:
            return await compare(conn)
        await projections.switch(conn)
    return {}
