"""The schema of the read tables: a second one beside the live one, and the switch to it.

A schema is renamed in one step, and every statement that is planned afterwards finds the tables of
the new one: prepared statements included, because PostgreSQL plans them anew when a schema changes.
"""

import re
from typing import Final

from psycopg.sql import SQL, Identifier

from rustrak.database.migrate import projection_texts
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql

LIVE: Final = "projection_1"
BESIDE: Final = "projection_beside"
OLD: Final = "projection_old"
_PUBLIC: Final = ("issues", "events", "groupings")
"""Views in `public` of the live tables."""
_PUBLIC_VIEW: Final = re.compile(r"^CREATE OR REPLACE VIEW public\..*?;$", re.MULTILINE | re.DOTALL)


async def exists(conn: Connection, schema: str) -> bool:
    """Whether there is a schema of this name."""
    row = await fetch_one(conn, sql("database/find_schema"), name=schema)
    return row is not None


async def work_beside(conn: Connection) -> None:
    """From now on this connection reads and writes the tables beside the live ones."""
    await conn.execute(SQL("SET search_path = {}, public").format(Identifier(BESIDE)))


async def create_beside(conn: Connection) -> None:
    """Empty read tables beside the live ones, in the caller's transaction."""
    await conn.execute(SQL("CREATE SCHEMA {}").format(Identifier(BESIDE)))
    await conn.execute(SQL("SET LOCAL search_path = {}, public").format(Identifier(BESIDE)))
    for text in projection_texts():
        await conn.execute(_PUBLIC_VIEW.sub("", text).encode())


async def drop_slow_indexes(conn: Connection) -> None:
    """Fold into the tables beside without indexes that only readers need."""
    for row in await fetch_all(conn, sql("database/list_slow_indexes"), schema=BESIDE):
        await conn.execute(SQL("DROP INDEX {}").format(Identifier(BESIDE, row["name"])))


async def make_missing_indexes(conn: Connection) -> None:
    """Make the indexes that the live tables have and those beside have not."""
    query = sql("database/list_missing_indexes")
    for row in await fetch_all(conn, query, schema=LIVE, missing_in=BESIDE):
        await conn.execute(row["indexdef"].replace(f" ON {LIVE}.", f" ON {BESIDE}.", 1))


async def switch(conn: Connection) -> None:
    """Let the tables beside be the live ones, in the caller's transaction."""
    for view in _PUBLIC:
        await conn.execute(SQL("DROP VIEW IF EXISTS public.{}").format(Identifier(view)))
    for old, new in ((LIVE, OLD), (BESIDE, LIVE)):
        await conn.execute(
            SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(old), Identifier(new))
        )
    for view in _PUBLIC:
        await conn.execute(
            SQL("CREATE VIEW public.{} AS SELECT * FROM {}").format(
                Identifier(view), Identifier(LIVE, view)
            )
        )


async def drop(conn: Connection, schema: str) -> None:
    """Drop a schema that is not the live one, if it is there."""
    await conn.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))
