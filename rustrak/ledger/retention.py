"""How far back the ledger reaches: whole weeks are dropped, rows never deleted.

What was counted stays counted, and events stay listed; their bodies are gone, and with them what
only bodies can do: showing an event in full, grouping it anew, a rebuild.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg import errors
from psycopg.sql import SQL, Identifier

from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import RustrakError

LOCK_TRIES: Final = 150  # times 200 ms of waiting plus 200 ms of pause: a minute


@dataclass(frozen=True, slots=True)
class Week:
    """A partition of the ledger."""

    name: str
    week: datetime
    """Its start."""
    bytes: int


async def old_weeks(conn: Connection, before: datetime) -> list[Week]:
    """Those that ended before a time, and hold nothing that waits to be digested."""
    rows = await fetch_all(conn, sql("ledger/list_old_weeks"), before=before)
    return [Week(**row) for row in rows]


async def drop_week(conn: Connection, week: Week) -> None:
    """Drop one, in a transaction that never holds up intake for longer than 200 ms.

    Raises RustrakError when the ledger was locked for a minute. `conn` is in autocommit mode.
    """
    for _ in range(LOCK_TRIES):
        try:
            async with conn.transaction():
                await conn.execute("SET LOCAL lock_timeout = '200ms'")
                await conn.execute(SQL("DROP TABLE public.{}").format(Identifier(week.name)))
                await execute(
                    conn, sql("ledger/note_dropped_week"), week=week.week, bytes=week.bytes
                )
        except errors.LockNotAvailable:
            await asyncio.sleep(0.2)
        else:
            return
    raise RustrakError(f"{week.name} was locked for a minute; try again")


async def complete_since(conn: Connection) -> datetime | None:
    """Since when the ledger has everything; None if nothing was ever dropped."""
    row = await fetch_one(conn, sql("ledger/last_dropped_week"))
    found: datetime | None = row["until"] if row else None
    return found
