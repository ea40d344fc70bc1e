"""DSN keys in memory, so that no request costs a query; refreshed in the background.

A key created a moment ago is found at once: an unknown key triggers a refresh, a few times a
second at most, whatever the number of strangers knocking.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

from psycopg import Error
from psycopg_pool import PoolTimeout

from rustrak.database.pool import Connection, Pool, fetch_all
from rustrak.database.queries import sql
from rustrak.errors import Forbidden, Overloaded
from rustrak.logging import Note, log

REFRESH = 5.0  # seconds; how long a revoked key may go on being accepted
MISS_REFRESH = 0.2  # seconds between two refreshes caused by unknown keys


LoadMore = Callable[[Connection], Awaitable[None]]
"""Reads what else intake must know of projects before their keys open anything."""


class Keys:
    """The active DSN keys and the project each belongs to."""

    def __init__(self, pool: Pool, load_more: LoadMore | None = None) -> None:
        self._pool = pool
        self._load_more = load_more
        self._projects: dict[str, int] = {}
        self._refreshed_at = float("-inf")
        self._loaded = False
        self._refreshing = asyncio.Lock()

    def open_now(self, key: str, project_id: int) -> bool:
        """Whether a key is known to open the project; no means ask `project_of`."""
        return self._projects.get(key) == project_id

    async def project_of(self, key: str, project_id: int | None) -> int:
        """The project a key opens; `project_id` is the one the client asked for, if it named one.

        Raises Forbidden with one text for unknown project, unknown key and wrong pair alike, and
        Overloaded while the keys could never be read.
        """
        found = self._projects.get(key)
        if found is None:
            await self._refresh_after(time.monotonic())
            found = self._projects.get(key)
        if found is None or project_id not in (None, found):
            if not self._loaded:
                raise Overloaded("the database is not reachable; try again soon", retry_after=5)
            raise Forbidden("no such project or key; check the DSN")
        return found

    async def run(self) -> None:
        """Refresh for ever; a database that is away leaves the keys as they were."""
        while True:
            async with self._refreshing:
                await self._refresh()
            await asyncio.sleep(REFRESH)

    async def _refresh_after(self, asked_at: float) -> None:
        """Return once the keys were read after `asked_at`; who asks meanwhile shares the query."""
        async with self._refreshing:
            if self._loaded and self._refreshed_at > asked_at:
                return
            await asyncio.sleep(self._refreshed_at + MISS_REFRESH - time.monotonic())
            await self._refresh()

    async def _refresh(self) -> None:
        self._refreshed_at = time.monotonic()
        try:
            async with asyncio.timeout(5), self._pool.connection() as conn:
                rows = await fetch_all(conn, sql("ingest/list_keys"))
                if self._load_more is not None:
                    await self._load_more(conn)
        except (Error, PoolTimeout, TimeoutError) as error:
            log.warning(Note.KEYS_STALE, kind=type(error).__name__)
            return
        self._projects = {_hex(row["public_key"]): row["project_id"] for row in rows}
        self._loaded = True


def _hex(key: UUID) -> str:
    return key.hex
