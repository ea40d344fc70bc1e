"""The digest of one process, in two lanes: while the database folds one batch, the next is read.

The inbox is the record of work. A lost, doubled or stuck wake-up costs a poll interval, never an
event.
"""

import asyncio
import time
from collections.abc import Sequence

from rustrak.digest.lane import AWAY, Lane
from rustrak.digest.projector import Projector
from rustrak.digest.projectors import PROJECTORS
from rustrak.logging import Note, log

STEP_TIMEOUT = 60.0  # seconds; only this ends a wait for a server that acknowledges TCP and hangs
SMALL_BATCH = 100
"""Envelopes; below it the loop pauses, so that the next batch is worth its statements, and the
second lane has nothing to do."""
PAUSE = 0.02  # seconds


class Digester:
    """Digests the inbox; the second lane works only while batches are large."""

    def __init__(self, url: str, projectors: Sequence[Projector] = PROJECTORS) -> None:
        self._first = Lane(url, projectors)
        self._second = Lane(url, projectors)
        self._lock = asyncio.Lock()
        self._stopping = False
        self.last_success = time.monotonic()

    def stop(self) -> None:
        """Let a run under way end after its current batches, and start no other."""
        self._stopping = True

    async def run(self, seconds: float) -> None:
        """Digest until the inbox is empty or the time is up; returns at once if a run is under way.

        Raises one of AWAY when the database is away; nothing is lost by it.
        """
        if self._lock.locked():
            return
        async with self._lock:
            await self._lead(time.monotonic() + seconds)

    async def drain(self) -> None:
        """Digest until the inbox is empty, however long it takes."""
        await self.run(float("inf"))

    async def has_work(self) -> bool:
        """Whether anything waits in the inbox; False while a run is taking care of it."""
        if self._lock.locked():
            return False
        async with self._lock, asyncio.timeout(STEP_TIMEOUT):
            found = await self._first.has_work()
            self.last_success = time.monotonic()
            return found

    async def close(self) -> None:
        """Close all connections; open transactions roll back and their rows are free again."""
        for lane in (self._first, self._second):
            await lane.close()

    async def _lead(self, ends: float) -> None:
        """The first lane's batches; it calls the second one in, and waits for it at the end."""
        second: asyncio.Task[None] | None = None
        try:
            while digested := await self._next(self._first, ends):
                if digested < SMALL_BATCH:
                    await asyncio.sleep(PAUSE)
                elif second is None or second.done():
                    second = asyncio.create_task(self._follow(ends))
        except asyncio.CancelledError:
            if second is not None:
                second.cancel()
            raise
        finally:
            if second is not None:
                await second
                await self._second.close()  # a small hosted database has few connections

    async def _follow(self, ends: float) -> None:
        """The second lane's batches, as long as they are large."""
        try:
            while await self._next(self._second, ends) >= SMALL_BATCH:
                pass
        except AWAY:
            return  # the first lane finds out too, and says so

    async def _next(self, lane: Lane, ends: float) -> int:
        """One batch, if it is not time to end; how many rows. Raises one of AWAY."""
        if self._stopping or time.monotonic() >= ends:
            return 0
        try:
            async with asyncio.timeout(STEP_TIMEOUT):
                digested = await lane.step()
        except AWAY as error:
            log.warning(
                Note.DIGEST_INTERRUPTED, error=str(error).strip(), kind=type(error).__name__
            )
            await lane.close()
            raise
        self.last_success = time.monotonic()
        return digested
