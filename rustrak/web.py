"""Builds the web application: the one place where the rooms are wired together."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any

from aiohttp import web

from rustrak.accounts.oidc.provider import Provider
from rustrak.api.compress import compress_answers
from rustrak.api.context import INTAKE_STATE, METRICS, POOL, PROVIDER, SETTINGS
from rustrak.api.cors import share_with_origins
from rustrak.api.metrics import Metrics
from rustrak.api.problems import answer_errors
from rustrak.api.routes import api_routes, health_routes
from rustrak.config import Settings
from rustrak.dashboard.app import add_dashboard
from rustrak.database.pool import Pool, open_pool
from rustrak.errors import ConfigurationError
from rustrak.ingest.admission import Admission
from rustrak.ingest.guards import Guards
from rustrak.ingest.journal import Journal
from rustrak.ingest.keys import Keys
from rustrak.ingest.quota_exchange import QuotaExchange
from rustrak.ingest.receive import Intake
from rustrak.ingest.routes import ingest_routes
from rustrak.ingest.waker import Waker
from rustrak.jobs import new_jobs
from rustrak.running import cancel

INTAKE = web.AppKey("intake", Intake)
POOL_SIZE = 6  # connections of a web process, beside the journal's own
LAST_FLUSH = 25.0  # seconds the journal may take to store what still waits at the end


@asynccontextmanager
async def open_app(
    settings: Settings, url: str, rooms: str = "all", clock: Callable[[], float] = time.time
) -> AsyncIterator[web.Application]:
    """The application with its pool open and its loops running; all of it ends with the block.

    `rooms` is 'all', or 'ingest' for the intake and the health checks alone. `clock` tells quotas
    the Unix time. Leaving the block stores what still waits in the journal.
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
        guards = Guards(settings)
        admission = Admission(journal, guards, processes=settings.web_concurrency, clock=clock)
        keys = Keys(pool, admission.load)
        intake = Intake(settings, keys, admission)
        exchange = QuotaExchange(pool, admission, clock)
        async with (
            _exchanging(exchange),
            running(waker.run()),
            running(keys.run()),
            _flushing(journal),
        ):
            yield _build(settings, pool, intake, rooms)


def _build(settings: Settings, pool: Pool, intake: Intake, rooms: str) -> web.Application:
    app = web.Application(middlewares=[compress_answers, share_with_origins, answer_errors])
    app[SETTINGS] = settings
    app[POOL] = pool
    app[PROVIDER] = _provider(settings)
    app[INTAKE] = intake
    app[METRICS] = Metrics(pool)
    app[INTAKE_STATE] = lambda: intake.admission.guards.state
    app.add_routes(ingest_routes(intake))
    app.add_routes(health_routes())
    if rooms == "all":
        app.add_routes(api_routes())
        if settings.dashboard == "on":
            add_dashboard(app)
    return app


def _provider(settings: Settings) -> Provider | None:
    """The OpenID provider of the settings. Raises ConfigurationError if its extra is missing."""
    if settings.oidc_issuer is None:
        return None
    if find_spec("joserfc") is None:
        raise ConfigurationError("OIDC_ISSUER: needs the extra: pip install 'rustrak[oidc]'")
    return Provider(settings)


@asynccontextmanager
async def running(loop: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """A loop that runs as long as the block does; if it fails, so does leaving the block."""
    task = asyncio.create_task(loop)
    try:
        yield
    finally:
        await cancel(task)


@asynccontextmanager
async def _exchanging(exchange: QuotaExchange) -> AsyncIterator[None]:
    """The loop, and a last exchange of what was counted since the one before."""
    async with running(exchange.run()):
        yield
    await exchange.exchange()


@asynccontextmanager
async def _flushing(journal: Journal) -> AsyncIterator[None]:
    task = asyncio.create_task(journal.run())
    try:
        yield
    finally:
        journal.close()
        async with asyncio.timeout(LAST_FLUSH):
            await task
