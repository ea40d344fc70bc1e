"""Builds the web application: the one place where the rooms are wired together."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import web

from rustrak.api.context import POOL, SETTINGS
from rustrak.api.problems import answer_errors
from rustrak.api.routes import api_routes, health_routes
from rustrak.config import Settings
from rustrak.database.pool import Pool, open_pool
from rustrak.ingest.journal import Journal
from rustrak.ingest.keys import Keys
from rustrak.ingest.receive import Intake
from rustrak.ingest.routes import ingest_routes
from rustrak.ingest.waker import Waker
from rustrak.jobs import new_jobs

INTAKE = web.AppKey("intake", Intake)
POOL_SIZE = 6  # connections of a web process, beside the journal's own
LAST_FLUSH = 25.0  # seconds the journal may take to store what still waits at the end


@asynccontextmanager
async def open_app(
    settings: Settings, url: str, rooms: str = "all"
) -> AsyncIterator[web.Application]:
    """The application with its pool open and its loops running; all of it ends with the block.

    `rooms` is 'all', or 'ingest' for the intake and the health checks alone. Leaving the block
    stores what still waits in the journal.
    """
    async with (
        open_pool(url, application="web", size=POOL_SIZE) as pool,
        new_jobs().open_async(pool) as jobs,
    ):
        waker = Waker(jobs, pool)
        journal = Journal(
            url,
            hold_bytes=settings.hold_bytes,
            hold_seconds=settings.hold_seconds,
            on_stored=waker.wake,
        )
        keys = Keys(pool)
        async with _running(waker.run()), _running(keys.run()), _flushing(journal):
            yield _build(settings, pool, Intake(settings, keys, journal), rooms)


def _build(settings: Settings, pool: Pool, intake: Intake, rooms: str) -> web.Application:
    app = web.Application(middlewares=[answer_errors])
    app[SETTINGS] = settings
    app[POOL] = pool
    app[INTAKE] = intake
    app.add_routes(ingest_routes(intake))
    app.add_routes(health_routes())
    if rooms == "all":
        app.add_routes(api_routes())
    return app


@asynccontextmanager
async def _running(loop: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """A loop that runs as long as the block does; if it fails, so does leaving the block."""
    task = asyncio.create_task(loop)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def _flushing(journal: Journal) -> AsyncIterator[None]:
    task = asyncio.create_task(journal.run())
    try:
        yield
    finally:
        journal.close()
        async with asyncio.timeout(LAST_FLUSH):
            await task
