"""rustrak serve"""

import asyncio
import socket
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from rustrak.config import Settings, load_settings
from rustrak.errors import RustrakError
from rustrak.logging import Note, configure_logging, log

if TYPE_CHECKING:
    from rustrak.database.embedded import EmbeddedServer

FIRST_EMAIL = "admin@rustrak.local"
FIRST_PROJECT = "My first project"
WATCH = 0.5  # seconds between two looks at the embedded server


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the operator is told at the start."""

    projects: list[tuple[str, str]]
    """Names and DSNs."""
    first_login: tuple[str, str] | None
    """E-mail and password, when the user was made just now."""


@click.command()
def serve() -> None:
    """Everything in one process: API, intake and worker.

    With a PostgreSQL server of its own unless DATABASE_URL is set.
    """
    from rustrak.running import run_until_stopped
    from rustrak.serving import listen

    settings = load_settings()
    configure_logging(settings, sys.stdout)
    sock = listen(settings)
    if settings.port == 0:
        settings = settings.model_copy(update={"port": sock.getsockname()[1]})
    with _server(settings) as server:
        url = _url(settings, server)
        click.echo(_banner(settings, asyncio.run(prepare(settings, url))))
        sys.stdout.flush()
        run_until_stopped(lambda stop: _serve(settings, url, sock, stop, server))


def _server(settings: Settings) -> AbstractContextManager["EmbeddedServer | None"]:
    if settings.database_url is not None:
        return nullcontext()
    from rustrak.database.embedded import EmbeddedServer

    return EmbeddedServer(settings.data_dir)


def _url(settings: Settings, server: "EmbeddedServer | None") -> str:
    if server is not None:
        return server.url
    assert settings.database_url is not None
    return settings.database_url.get_secret_value()


async def _serve(
    settings: Settings,
    url: str,
    sock: socket.socket,
    stop: asyncio.Event,
    server: "EmbeddedServer | None",
) -> None:
    from rustrak.serving import serve_all

    keeper = asyncio.create_task(_keep_alive(server)) if server is not None else None
    try:
        await serve_all(settings, url, sock, stop)
    finally:
        if keeper is not None:
            keeper.cancel()


async def _keep_alive(server: "EmbeddedServer") -> None:
    """Bring the server back if it dies under us; requests are held meanwhile."""
    while True:
        await asyncio.sleep(WATCH)
        try:
            if server.revive():
                log.warning(Note.EMBEDDED_REVIVED)
        except RustrakError as error:
            log.error(Note.EMBEDDED_DEAD, error=str(error))


async def prepare(settings: Settings, url: str) -> Welcome:
    """Migrate; make the first user and the first project where there is none."""
    from rustrak.accounts import projects, users
    from rustrak.database.migrate import migrate
    from rustrak.database.pool import connect
    from rustrak.protocol.dsn import format_dsn

    async with await connect(url, application="serve", statement_timeout=0) as conn:
        await migrate(conn)
        first_login = None
        if not await users.has_users(conn):
            first_login = settings.superuser or (FIRST_EMAIL, users.new_password())
            await users.create_user(conn, *first_login, is_admin=True)
        if not await projects.count_projects(conn):
            await projects.create_project(conn, FIRST_PROJECT)
        rows = await projects.list_projects(conn, limit=5, oldest_first=True)
    dsns = [
        (row["name"], format_dsn(settings.url, row["sentry_key"].hex, row["id"])) for row in rows
    ]
    return Welcome(dsns, first_login if settings.superuser is None else None)


def _banner(settings: Settings, welcome: Welcome) -> str:
    lines = ["", f"  Rustrak   {settings.url}"]
    if welcome.first_login:
        email, password = welcome.first_login
        lines += [f"  Login     {email}  {password}", "            (shown this once)"]
    lines += [f"  DSN       {dsn}  ({name})" for name, dsn in welcome.projects]
    lines += ["", "  Try it:   rustrak demo", "  For the API: rustrak token create NAME", ""]
    return "\n".join(lines)
