"""rustrak serve"""

import asyncio
import sys
from dataclasses import dataclass

import click

from rustrak.cli.connection import database
from rustrak.config import Settings, load_settings
from rustrak.logging import configure_logging

FIRST_EMAIL = "admin@rustrak.local"
FIRST_PROJECT = "My first project"


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the operator is told at the start."""

    projects: list[tuple[str, str]]
    """Names and DSNs."""
    first_login: tuple[str, str] | None
    """E-mail and password, when the user was made just now."""


@click.command()
def serve() -> None:
    """Everything in one process: API, intake and worker, with a PostgreSQL of its own if
    DATABASE_URL is unset."""
    from rustrak.serving import listen, run_until_stopped, serve_all

    settings = load_settings()
    configure_logging(settings, sys.stdout)
    sock = listen(settings)
    if settings.port == 0:
        settings = settings.model_copy(update={"port": sock.getsockname()[1]})
    with database(settings) as url:
        click.echo(_banner(settings, asyncio.run(_prepare(settings, url))))
        sys.stdout.flush()
        run_until_stopped(lambda stop: serve_all(settings, url, sock, stop))


async def _prepare(settings: Settings, url: str) -> Welcome:
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
