"""Claiming inbox rows: locked with SKIP LOCKED for the transaction that digests them.

An attempt is written down on a second connection before the work starts, so that it survives the
death of the process: rows that killed a worker are tried again in halves until the one to blame is
alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rustrak.database.arrays import bigints, integers
from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.ledger.envelopes import StoredEnvelope, fetch_envelopes

MOST_ROWS = 1000  # envelopes a batch: 1.08 times the throughput of 500 (measured)
MOST_BYTES = 16 * 1024 * 1024  # stored bytes a batch, so that large bodies do not add up in memory


@dataclass(frozen=True, slots=True)
class Attempt:
    """Inbox rows somebody tries or tried together; `tries` counts the starts."""

    id: int
    positions: list[int]
    tries: int


async def claim_next(conn: Connection) -> list[StoredEnvelope]:
    """Lock and read unclaimed rows, a share of each project; held as long as the transaction."""
    return await fetch_envelopes(conn, sql("digest/claim_next"), rows=MOST_ROWS, bytes=MOST_BYTES)


async def claim_positions(conn: Connection, positions: Sequence[int]) -> list[StoredEnvelope]:
    """Lock and read certain rows; those that are gone or held by another worker are left out."""
    return await fetch_envelopes(conn, sql("digest/claim_positions"), positions=list(positions))


async def release(conn: Connection, envelopes: Sequence[StoredEnvelope]) -> None:
    """Take digested rows out of the inbox, in the transaction that digested them."""
    await execute(
        conn,
        sql("digest/delete_inbox_rows"),
        project_ids=integers([stored.project_id for stored in envelopes]),
        positions=bigints([stored.position for stored in envelopes]),
    )


async def begin_attempt(conn: Connection, positions: Sequence[int]) -> Attempt:
    """Write down a first attempt; on a connection of its own, so that it is committed at once."""
    rows = await fetch_all(conn, sql("digest/begin_attempt"), positions=bigints(positions))
    return Attempt(rows[0]["id"], list(positions), 1)


async def hold_attempt(conn: Connection, attempt: Attempt) -> None:
    """Keep other workers from looking at an attempt while the transaction that tries it lasts."""
    await execute(conn, sql("digest/hold_attempt"), id=attempt.id)


async def repeat_attempt(conn: Connection, attempt: Attempt) -> None:
    """Count one more start of an attempt found lying about; on a connection of its own."""
    await execute(conn, sql("digest/repeat_attempt"), id=attempt.id)


async def end_attempt(conn: Connection, attempt: Attempt) -> None:
    """Forget an attempt, in the transaction that settles its rows."""
    await execute(conn, sql("digest/end_attempt"), id=attempt.id)


async def halve_attempt(conn: Connection, attempt: Attempt) -> None:
    """Replace an attempt by its two halves, untried."""
    middle = len(attempt.positions) // 2
    for half in (attempt.positions[:middle], attempt.positions[middle:]):
        await execute(conn, sql("digest/plan_attempt"), positions=half)
    await end_attempt(conn, attempt)


async def forget_attempts(conn: Connection, ids: Sequence[int]) -> None:
    """Forget attempts that failed for no fault of their rows."""
    await execute(conn, sql("digest/forget_attempts"), ids=list(ids))


async def remain(conn: Connection, positions: Sequence[int]) -> bool:
    """Whether any of these rows is still in the inbox, held by another worker."""
    rows = await fetch_all(conn, sql("digest/remain"), positions=list(positions))
    return bool(rows[0]["found"])


async def unfinished_attempts(conn: Connection) -> list[Attempt]:
    """Attempts on record that nobody holds: planned, or left by a worker that died."""
    return [Attempt(**row) for row in await fetch_all(conn, sql("digest/list_attempts"))]
