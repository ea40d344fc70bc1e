"""Wakes the digest after envelopes were stored: after the commit, and not for every commit."""

import asyncio

from procrastinate import App
from procrastinate.exceptions import ConnectorException
from psycopg import Error
from psycopg_pool import PoolTimeout

from rustrak.database.pool import Pool
from rustrak.jobs import request_digest
from rustrak.logging import Note, log

INTERVAL = 0.05  # seconds between two wake-ups: twenty a second say as much as thousands


class Waker:
    """Turns any number of stored envelopes into at most one wake-up each interval."""

    def __init__(self, jobs: App, pool: Pool) -> None:
        self._jobs = jobs
        self._pool = pool
        self._wanted = asyncio.Event()

    def wake(self) -> None:
        """Ask for a wake-up soon."""
        self._wanted.set()

    async def run(self) -> None:
        """Defer wake-ups for ever. A failure costs a poll of the worker, never an event."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                async with asyncio.timeout(5):
                    await request_digest(self._jobs, self._pool)
            except (Error, PoolTimeout, ConnectorException, TimeoutError) as error:
                log.warning(Note.WAKE_UP_FAILED, kind=type(error).__name__)
            await asyncio.sleep(INTERVAL)
