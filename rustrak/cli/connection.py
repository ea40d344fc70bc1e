"""Which database a command talks to, and running its coroutine on one connection."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rustrak.config import Settings, load_settings
from rustrak.database.pool import Connection, connect
from rustrak.errors import ConfigurationError
from rustrak.logging import configure_logging

Result = TypeVar("Result")

PATIENCE = 0  # seconds a statement of a command may take; 0 is for ever, `verify` reads everything


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The database of the settings; without DATABASE_URL the embedded one, started if it is not
    running."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    from rustrak.database.embedded import EmbeddedServer, running_url

    url = running_url(settings.data_dir)
    if url is not None:
        yield url
        return
    with EmbeddedServer(settings.data_dir) as server:
        yield server.url


def running_database(settings: Settings) -> str:
    """The database of the settings, or the embedded one that `rustrak serve` keeps running.

    Raises ConfigurationError when there is neither: processes that share a database must not each
    own it.
    """
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    from rustrak.database.embedded import running_url

    url = running_url(settings.data_dir)
    if url is None:
        raise ConfigurationError(
            "DATABASE_URL: not set, and no embedded server runs; set it or use `rustrak serve`"
        )
    return url


def run_on_database(work: Callable[[Connection, Settings], Awaitable[Result]]) -> Result:
    """Run a command's coroutine on one connection to a migrated database."""
    settings = load_settings()
    configure_logging(settings)
    with database(settings) as url:
        return asyncio.run(_run(url, settings, work))


async def _run(
    url: str, settings: Settings, work: Callable[[Connection, Settings], Awaitable[Result]]
) -> Result:
    from rustrak.database.migrate import migrate, require_current

    conn = await connect(url, application="command", statement_timeout=PATIENCE)
    async with conn:
        if settings.database_url is None:
            await migrate(conn)  # the embedded database is ours alone
        await require_current(conn)
        return await work(conn, settings)
