"""One lane of the digest: claim, try, commit; split what fails and park what is alone."""

import time
from collections.abc import Sequence
from dataclasses import replace

from psycopg import InterfaceError, OperationalError
from psycopg.errors import (
    InvalidColumnReference,
    QueryCanceled,
    UndefinedColumn,
    UndefinedFunction,
    UndefinedTable,
)

from rustrak.database.pool import Connection, connect, fetch_one
from rustrak.database.queries import sql
from rustrak.digest.batch import digest_batch, parked
from rustrak.digest.claim import (
    Attempt,
    begin_attempt,
    claim_next,
    claim_positions,
    end_attempt,
    forget_attempts,
    halve_attempt,
    hold_attempt,
    release,
    remain,
    repeat_attempt,
    unfinished_attempts,
)
from rustrak.digest.projector import Projector
from rustrak.errors import DatabaseUnreachable, RustrakError
from rustrak.ledger.envelopes import StoredEnvelope
from rustrak.logging import Note, log
from rustrak.projections.apply_outcomes import WHOLE_ENVELOPE, park

KILLS_BEFORE_PARKING = 3  # a single row that took its process along this often is set aside

OUTDATED = (UndefinedTable, UndefinedColumn, UndefinedFunction, InvalidColumnReference)
"""A migration has changed the tables under a program that is about to be replaced."""
AWAY = (OperationalError, InterfaceError, DatabaseUnreachable, TimeoutError, *OUTDATED)
"""The database is away, or not ours any more: nothing is wrong with the rows, which wait."""


class WorkerKilled(RustrakError):
    """The process died every time it tried this envelope."""


class BatchFailed(Exception):
    """Raised out of a transaction to roll it back: these rows could not be digested; see the
    cause."""

    def __init__(self, attempt: Attempt, envelopes: Sequence[StoredEnvelope]) -> None:
        super().__init__(f"{len(envelopes)} envelopes")
        self.attempt = attempt
        self.envelopes = envelopes


class Lane:
    """Digests batches one after the other over two connections of its own: one works, one writes
    attempts down. Lanes of one process need to know no more of each other than workers do."""

    def __init__(self, url: str, projectors: Sequence[Projector]) -> None:
        self._url = url
        self._projectors = projectors
        self._work: Connection | None = None
        self._marks: Connection | None = None
        self._void: list[int] = []  # attempts we lived to see fail for no fault of their rows

    async def close(self) -> None:
        """Close both connections; an open transaction rolls back and its rows are free again."""
        for connection in (self._work, self._marks):
            if connection is not None:
                await connection.close()
        self._work = self._marks = None

    async def has_work(self) -> bool:
        """Whether anything waits in the inbox."""
        _, marks = await self._connected()
        row = await fetch_one(marks, sql("digest/has_work"))
        return bool(row and row["found"])

    async def _connected(self) -> tuple[Connection, Connection]:
        if self._work is None or self._marks is None:
            await self.close()
            self._work = await connect(self._url, application="digest")
            self._marks = await connect(self._url, application="digest attempts")
        if self._void:
            await forget_attempts(self._marks, self._void)
            self._void.clear()
        return self._work, self._marks

    async def step(self) -> int:
        """Settle one attempt left behind, or else digest the next rows; how many rows."""
        work, marks = await self._connected()
        try:
            for attempt in await unfinished_attempts(marks):
                if await self._settle(work, marks, attempt):
                    return len(attempt.positions)
            return await self._digest_next(work, marks)
        except BatchFailed as failed:
            await self._give_up(work, failed)
            return len(failed.envelopes)

    async def _digest_next(self, work: Connection, marks: Connection) -> int:
        async with work.transaction():
            envelopes = await claim_next(work)
            if envelopes:
                attempt = await begin_attempt(marks, [stored.position for stored in envelopes])
                await self._try(work, attempt, envelopes)
        return len(envelopes)

    async def _settle(self, work: Connection, marks: Connection, attempt: Attempt) -> bool:
        """Deal with an attempt on record; False if its rows are in another worker's hands."""
        async with work.transaction():
            envelopes = await claim_positions(work, attempt.positions)
            attempt = replace(attempt, positions=[stored.position for stored in envelopes])
            if not envelopes:
                return await self._forget_if_done(work, attempt)
            if attempt.tries > 0 and len(envelopes) > 1:
                await halve_attempt(work, attempt)
                log.info(Note.BATCH_SPLIT, rows=len(envelopes))
            elif attempt.tries >= KILLS_BEFORE_PARKING:
                killer = WorkerKilled("its digest kills the process")
                await self._park(work, attempt, envelopes[0], killer)
            else:
                await repeat_attempt(marks, attempt)
                await self._try(work, attempt, envelopes)
        return True

    async def _try(
        self, work: Connection, attempt: Attempt, envelopes: Sequence[StoredEnvelope]
    ) -> None:
        """Digest claimed envelopes. Raises BatchFailed if they are to blame, else one of AWAY."""
        started = time.perf_counter()
        try:
            await hold_attempt(work, attempt)
            happened = await digest_batch(work, envelopes, self._projectors)
            await release(work, envelopes)
            await end_attempt(work, attempt)
        except QueryCanceled as error:  # these rows take too long; fewer at a time may do
            raise BatchFailed(attempt, envelopes) from error
        except TimeoutError:
            raise
        except AWAY:
            self._void.append(attempt.id)
            raise
        except Exception as error:
            raise BatchFailed(attempt, envelopes) from error
        log.debug(
            Note.BATCH_DIGESTED,
            envelopes=len(envelopes),
            **happened,
            ms=round((time.perf_counter() - started) * 1000, 1),
        )

    async def _give_up(self, work: Connection, failed: BatchFailed) -> None:
        """Halve a batch that failed; set a single envelope aside."""
        error = failed.__cause__ or failed
        log.warning(
            Note.BATCH_FAILED,
            rows=len(failed.envelopes),
            error=str(error),
            kind=type(error).__name__,
        )
        async with work.transaction():
            if len(failed.envelopes) > 1:
                await halve_attempt(work, failed.attempt)
            else:
                await self._park(work, failed.attempt, failed.envelopes[0], error)

    async def _park(
        self, work: Connection, attempt: Attempt, stored: StoredEnvelope, failure: BaseException
    ) -> None:
        await park(work, [parked(stored, WHOLE_ENVELOPE, stored.items, failure)])
        await release(work, [stored])
        await end_attempt(work, attempt)
        log.error(
            Note.ENVELOPE_PARKED,
            project=stored.project_id,
            position=stored.position,
            error=str(failure),
            kind=type(failure).__name__,
        )

    async def _forget_if_done(self, work: Connection, attempt: Attempt) -> bool:
        if await remain(work, attempt.positions):
            return False
        await end_attempt(work, attempt)
        return True
