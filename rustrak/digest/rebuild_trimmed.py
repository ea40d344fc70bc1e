"""What retention has taken from the ledger is taken over from the live tables by a rebuild.

Rows of the live tables are then the only record there is. Events are folded anew from their rows,
so that issues, tags and hours are counted by the same code as ever; other rows are copied before
envelopes are folded on top of them.
"""

from typing import Final

from psycopg.rows import class_row
from psycopg.sql import SQL, Identifier

from rustrak.database import projections
from rustrak.database.pool import Connection, execute, fetch_one
from rustrak.database.queries import sql
from rustrak.projections.apply_events import apply_events
from rustrak.projections.event_row import EventRow
from rustrak.projections.placed import PLACED_TABLES

ROWS: Final = 2_000  # events folded by one round of statements
UNPLACED: Final = ("monitors", "monitor_environments", "session_users")
"""Tables whose rows do not say which envelope they are from; folding the rest of their envelopes
again changes nothing."""


async def take_over(conn: Connection) -> None:
    """Before anything is folded: what has no envelope any more, and that releases were heard of,
    which stays true when the events that told it are erased."""
    await execute(conn, sql("digest/take_over_releases"))
    if not await _is_trimmed(conn):
        return
    for table in UNPLACED:
        await _copy(conn, table, SQL(""))
    for table in PLACED_TABLES:
        gone = SQL(
            " WHERE NOT EXISTS (SELECT FROM envelopes WHERE envelopes.position = live.position)"
        )
        await _copy(conn, table, gone)
    async with conn.cursor("taken_over", row_factory=class_row(EventRow)) as cursor:
        await cursor.execute(sql("digest/list_events_without_bodies"))
        while rows := await cursor.fetchmany(ROWS):
            await apply_events(conn, rows)


async def take_over_outcomes(conn: Connection) -> None:
    """After everything is folded: counts of weeks that are not whole."""
    await execute(conn, sql("digest/forget_outcomes_taken_over"))
    await execute(conn, sql("digest/take_over_outcomes"))


async def _is_trimmed(conn: Connection) -> bool:
    row = await fetch_one(conn, sql("digest/is_trimmed"))
    return bool(row and row["found"])


async def _copy(conn: Connection, table: str, which: SQL) -> None:
    name = Identifier(table)
    live = Identifier(projections.LIVE, table)
    await conn.execute(
        SQL("INSERT INTO {} SELECT live.* FROM {} AS live").format(name, live) + which
    )
