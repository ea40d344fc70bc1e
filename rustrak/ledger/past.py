"""Who may change what is already in the ledger: retention, erasure, imports of the past, and a
rebuild, which must see none of that; one at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rustrak.database.pool import Connection, execute, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict


@asynccontextmanager
async def hold_past(conn: Connection) -> AsyncIterator[None]:
    """Nobody else changes the past meanwhile. Raises Conflict where somebody does."""
    row = await fetch_one(conn, sql("ledger/try_hold_past"))
    if row is None or not row["held"]:
        raise Conflict(
            "A retention, an erasure or a rebuild is at work on the ledger; try again when it is"
            " done"
        )
    try:
        yield
    finally:
        if not conn.broken:
            await execute(conn, sql("ledger/let_past_go"))
