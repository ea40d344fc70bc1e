"""Searches that people keep under a name."""

from typing import Final

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, NotFound

MOST_SEARCHES: Final = 50
"""Of one person."""


async def list_searches(conn: Connection, user_id: int) -> list[DictRow]:
    """Somebody's searches, the oldest first."""
    return await fetch_all(conn, sql("accounts/list_saved_searches"), user_id=user_id)


async def save_search(conn: Connection, user_id: int, name: str, query: str) -> DictRow:
    """Keep a search, in the place of another of that name. Raises Conflict for one too many."""
    row = await fetch_one(
        conn,
        sql("accounts/save_search"),
        user_id=user_id,
        name=name,
        search=query,
        most=MOST_SEARCHES,
    )
    if row is None:
        raise Conflict(f"You keep {MOST_SEARCHES} searches, which is the most; delete one first")
    return row


async def delete_search(conn: Connection, user_id: int, name: str) -> None:
    """Keep a search no longer. Raises NotFound."""
    if not await execute(conn, sql("accounts/delete_saved_search"), user_id=user_id, name=name):
        raise NotFound(f"Search {name[:200]!r} not found")
