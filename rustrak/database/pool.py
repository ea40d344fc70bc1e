"""Connections and their timeouts. Everything that touches the database is handed a connection;
only handlers, tasks and commands open one here.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from rustrak.database import arrays  # noqa: F401 - a connection knows what was registered before it
from rustrak.errors import ConfigurationError, DatabaseUnreachable

Connection = AsyncConnection[DictRow]
Pool = AsyncConnectionPool[Connection]

SEARCH_PATH = "projection_1,public"
"""The projection tables this version reads and writes, then the facts."""


def connection_info(url: str, *, application: str, statement_timeout: int = 30) -> str:
    """The libpq string with our session settings; `statement_timeout` in seconds.

    `tcp_user_timeout` and `connect_timeout` bound a network that swallows packets; a server that
    is stopped but still acknowledges TCP is bounded by the callers' `asyncio.timeout`.
    Raises ConfigurationError for a URL that libpq cannot read.
    """
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise ConfigurationError(f"DATABASE_URL: {_first_line(error)}") from None
    options = " ".join(
        [
            str(given.get("options") or ""),
            f"-c search_path={SEARCH_PATH}",
            f"-c statement_timeout={statement_timeout}s",
            "-c lock_timeout=10s",
            "-c idle_in_transaction_session_timeout=30s",
            "-c timezone=UTC",
            "-c jit=off",  # compiling costs more than it saves in queries as short as ours
        ]
    ).strip()
    return make_conninfo(
        url,
        options=options,
        application_name=f"rustrak {application}",
        connect_timeout=given.get("connect_timeout", 3),
        tcp_user_timeout=given.get("tcp_user_timeout", 5000),
    )


async def connect(url: str, *, application: str, statement_timeout: int = 30) -> Connection:
    """One connection in autocommit mode with dict rows.

    Raises DatabaseUnreachable with the driver's first line, which carries no password.
    """
    info = connection_info(url, application=application, statement_timeout=statement_timeout)
    try:
        return await AsyncConnection.connect(info, autocommit=True, row_factory=dict_row)
    except psycopg.OperationalError as error:
        raise DatabaseUnreachable(f"cannot reach PostgreSQL: {_first_line(error)}") from None


@asynccontextmanager
async def open_pool(url: str, *, application: str, size: int) -> AsyncIterator[Pool]:
    """A pool of up to `size` autocommit connections; opens without waiting for the database.

    A borrower waits at most 5 s, so a dead database becomes an error and not a hang. There is no
    check on borrowing: it costs a round trip each time, and a broken connection shows at first use.
    """
    pool: Pool = AsyncConnectionPool(
        connection_info(url, application=application),
        min_size=1,
        max_size=size,
        timeout=5,
        max_idle=300,
        reconnect_timeout=60,
        kwargs={"row_factory": dict_row},
        configure=_autocommit,
        open=False,
    )
    await pool.open()
    try:
        yield pool
    finally:
        await pool.close()


async def fetch_all(conn: Connection, query: LiteralString, **params: Any) -> list[DictRow]:
    """Every row of one statement."""
    cursor = await conn.execute(query, params)
    return await cursor.fetchall()


async def fetch_one(conn: Connection, query: LiteralString, **params: Any) -> DictRow | None:
    """The first row of one statement, or None."""
    cursor = await conn.execute(query, params)
    return await cursor.fetchone()


async def execute(conn: Connection, query: LiteralString, **params: Any) -> int:
    """Run one statement for its effect; the number of rows it touched."""
    cursor = await conn.execute(query, params)
    return cursor.rowcount


@asynccontextmanager
async def patiently(conn: Connection) -> AsyncIterator[None]:
    """A transaction whose statements may take as long as they need."""
    async with conn.transaction():
        await conn.execute("SET LOCAL statement_timeout = 0")
        yield


async def _autocommit(conn: Connection) -> None:
    # By callback and not by keyword: procrastinate's listener opens its own connection with the
    # pool's keywords and would pass autocommit twice.
    await conn.set_autocommit(True)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
