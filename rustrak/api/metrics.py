"""`/metrics`: what monitoring watches, as Prometheus text.

Open to whoever reaches the port, and therefore off unless RUSTRAK_METRICS=on. Counters of outcomes
are sums of a table: they fall back when a project's items are replayed or taken away.
Source: Prometheus, text-based exposition format 0.0.4.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

from aiohttp import web
from psycopg import Error
from psycopg.rows import DictRow
from psycopg_pool import PoolTimeout

from rustrak import __version__
from rustrak.api.context import INTAKE_STATE, METRICS, SETTINGS
from rustrak.database.pool import Pool, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound

KEPT = 15.0  # seconds an answer of the database serves every asker
PATIENCE = 5.0  # seconds for the database
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_GAUGES = {
    "lag": ("rustrak_digest_lag_seconds", "Age of the oldest envelope that waits."),
    "inbox": ("rustrak_inbox_envelopes", "Envelopes that wait to be digested."),
    "inbox_bytes": ("rustrak_inbox_bytes", "Bytes of the envelopes that wait."),
    "attempts": ("rustrak_digest_attempts", "Digests under way, or left by a worker that died."),
    "parked": ("rustrak_parked_items", "Items that could not be digested."),
    "jobs": ("rustrak_waiting_jobs", "Jobs that wait for a worker."),
    "database_bytes": ("rustrak_database_bytes", "Size of the database on disk."),
}


class Metrics:
    """The database's part, asked once for all who ask within a while."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._asking = asyncio.Lock()
        self._asked_at = float("-inf")
        self._lines: list[str] = []

    async def lines(self) -> list[str]:
        """Lines of the exposition format."""
        async with self._asking:
            if time.monotonic() - self._asked_at >= KEPT:
                self._lines = await self._ask()
                self._asked_at = time.monotonic()
            return self._lines

    async def _ask(self) -> list[str]:
        try:
            async with asyncio.timeout(PATIENCE), self._pool.connection(timeout=2) as conn:
                row = await fetch_one(conn, sql("api/measure"))
                outcomes = await fetch_all(conn, sql("api/sum_outcomes"))
        except (Error, PoolTimeout, TimeoutError):
            return list(_gauge("rustrak_database_up", "Whether the database answers.", 0))
        assert row is not None
        return list(_of_database(row, outcomes))


async def show_metrics(request: web.Request) -> web.Response:
    """GET /metrics"""
    if request.app[SETTINGS].metrics == "off":
        raise NotFound("metrics are off; RUSTRAK_METRICS=on turns them on")
    lines = [*await request.app[METRICS].lines(), *_of_process(request.app[INTAKE_STATE]())]
    body = "".join(f"{line}\n" for line in lines).encode()
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})


def _of_database(row: DictRow, outcomes: list[DictRow]) -> Iterator[str]:
    yield from _gauge("rustrak_database_up", "Whether the database answers.", 1)
    for column, (name, meaning) in _GAUGES.items():
        yield from _gauge(name, meaning, row[column])
    yield "# HELP rustrak_items_total What became of the items received."
    yield "# TYPE rustrak_items_total counter"
    for found in outcomes:
        labels = f'category="{_quoted(found["category"])}",outcome="{found["outcome"]}"'
        yield f"rustrak_items_total{{{labels}}} {found['quantity']}"


def _of_process(intake: str) -> Iterator[str]:
    yield from _gauge("rustrak_intake_open", "Whether intake takes anything in.", intake == "ok")
    yield "# HELP rustrak_info The version that runs."
    yield "# TYPE rustrak_info gauge"
    yield f'rustrak_info{{version="{__version__}"}} 1'
    resident = _resident_bytes()
    if resident is not None:
        name, meaning = "process_resident_memory_bytes", "Memory of the web process that answers."
        yield from _gauge(name, meaning, resident)


def _gauge(name: str, meaning: str, value: float) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} gauge"
    yield f"{name} {value:g}" if isinstance(value, float) else f"{name} {int(value)}"


def _quoted(text: str) -> str:
    """A label's value; categories may be words of a client."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _resident_bytes() -> int | None:
    """None where the kernel does not tell in the way of Linux."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
