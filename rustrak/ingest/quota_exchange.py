"""Once a second every web process says what it let through and learns what all of them did.

The counts of what was refused go the same way, so that a refusal costs no query either. A database
that is away leaves everything as it was; the next exchange brings it all.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from psycopg import Error
from psycopg_pool import PoolTimeout

from rustrak.accounts.quotas import window_bounds
from rustrak.database.arrays import bigints, texts
from rustrak.database.pool import Connection, Pool, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.ingest.admission import Admission
from rustrak.ingest.quotas import Usage
from rustrak.logging import Note, log
from rustrak.projections.apply_outcomes import Outcome, OutcomeKey, add_outcomes, hour_of

INTERVAL = 1.0  # seconds between two exchanges, a tenth more or less
TIMEOUT = 5.0  # seconds for one exchange
LOOK = 5.0  # seconds between two looks of the guards
PRUNE = 60.0  # seconds between two sweeps of windows that ended
KEPT = 3600  # seconds a window is kept after it began, if it has ended

AWAY = (Error, PoolTimeout, TimeoutError)


class QuotaExchange:
    """The background loop of a web process around its meter."""

    def __init__(self, pool: Pool, admission: Admission, clock: Callable[[], float]) -> None:
        self._pool = pool
        self._admission = admission
        self._clock = clock
        self._looked_at = self._pruned_at = float("-inf")
        self._is_stale = False

    async def run(self) -> None:
        """For ever; the processes of a fleet drift apart by chance."""
        while True:
            await self.exchange()
            await asyncio.sleep(INTERVAL * random.uniform(0.9, 1.1))  # noqa: S311 - jitter

    async def exchange(self) -> None:
        """One exchange, if there is something to say and the database is there."""
        if not self._has_work():
            return
        try:
            async with asyncio.timeout(TIMEOUT), self._pool.connection() as conn:
                await self._exchange_usage(conn)
                await self._count_refused(conn)
                await self._look(conn)
        except AWAY as error:
            if not self._is_stale:
                log.warning(Note.QUOTAS_STALE, kind=type(error).__name__)
            self._is_stale = True
        else:
            self._is_stale = False

    def _has_work(self) -> bool:
        is_due = time.monotonic() - self._looked_at >= LOOK
        return is_due or self._admission.meter.has_quotas or bool(self._admission.refused)

    async def _exchange_usage(self, conn: Connection) -> None:
        meter, now = self._admission.meter, self._clock()
        deltas = meter.take_deltas()
        rows = await fetch_all(
            conn,
            sql("ingest/exchange_usage"),
            starts=bigints([delta.window_start for delta in deltas]),
            quotas=texts([delta.key for delta in deltas]),
            quantities=bigints([delta.quantity for delta in deltas]),
            current=bigints(_current_windows(now)),
        )
        meter.learn([Usage(**row) for row in rows], now)

    async def _count_refused(self, conn: Connection) -> None:
        """Take the counts, and put them back unless they were written."""
        refused = self._admission.refused.copy()
        self._admission.refused.clear()
        hour = hour_of(datetime.fromtimestamp(self._clock(), UTC))
        counts = Counter(
            {
                OutcomeKey(project_id, hour, kind, Outcome.RATE_LIMITED, reason): quantity
                for (project_id, kind, reason), quantity in refused.items()
            }
        )
        try:
            await add_outcomes(conn, counts)
        except BaseException:
            self._admission.refused.update(refused)
            raise

    async def _look(self, conn: Connection) -> None:
        now = time.monotonic()
        if now - self._looked_at >= LOOK:
            self._looked_at = now
            await self._admission.guards.look(conn)
        if now - self._pruned_at >= PRUNE:
            self._pruned_at = now
            wall = self._clock()
            await execute(
                conn,
                sql("ingest/prune_usage"),
                current=bigints(_current_windows(wall)),
                before=int(wall) - KEPT,
            )


def _current_windows(now: float) -> list[int]:
    """The Unix times at which the windows began that `now` is in."""
    return [window_bounds(window, now)[0] for window in ("minute", "hour", "month")]
