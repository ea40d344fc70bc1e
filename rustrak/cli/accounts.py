"""rustrak project and token"""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from rustrak.cli.connection import run_on_database
from rustrak.cli.remote import over_the_api, run_on_server
from rustrak.config import Settings
from rustrak.database.pool import Connection

if TYPE_CHECKING:
    from rustrak.client import Client
    from rustrak.schemas.projects import Project

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


@click.group()
def project() -> None:
    """Create and list projects."""


@project.command("create")
@click.argument("name")
@over_the_api()
@as_json
def create_project(name: str, server: str | None, token: str | None, as_json: bool) -> None:
    """Create a project and print its DSN."""

    async def work(conn: Connection, settings: Settings) -> "Project":
        from rustrak.accounts import projects
        from rustrak.api.projects import as_project

        return as_project(await projects.create_project(conn, name), settings.url)

    async def ask(rustrak: "Client") -> "Project":
        return await rustrak.projects.create(name)

    made = run_on_server(server, token, ask) if server else run_on_database(work)
    click.echo(made.model_dump_json() if as_json else made.dsn)


@project.command("list")
@over_the_api()
@as_json
def list_projects(server: str | None, token: str | None, as_json: bool) -> None:
    """List the projects and their DSNs."""

    async def work(conn: Connection, settings: Settings) -> list["Project"]:
        from rustrak.accounts import projects
        from rustrak.api.projects import as_project

        rows = await projects.list_projects(conn, oldest_first=True)
        return [as_project(row, settings.url) for row in rows]

    async def ask(rustrak: "Client") -> list["Project"]:
        from rustrak.schemas.base import Order

        return await rustrak.projects.list(order=Order.ASC)

    shown = run_on_server(server, token, ask) if server else run_on_database(work)
    if as_json:
        click.echo(json.dumps([project.model_dump(mode="json") for project in shown]))
    else:
        lines = (f"{p.id}\t{p.name}\t{p.stored_event_count}\t{p.dsn}" for p in shown)
        click.echo("\n".join(lines))


@click.group()
def token() -> None:
    """Create bearer tokens for the API."""


@token.command("create")
@click.argument("name")
@click.option("--user", "email", help="Whose token. Default: the first administrator's.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["read", "write", "admin"]),
    help="What it may do; can be given more than once. Default: everything.",
)
@click.option("--days", type=click.IntRange(1, 3650), help="How long it lives. Default: for ever.")
@as_json
def create_token(
    name: str, email: str | None, scopes: tuple[str, ...], days: int | None, as_json: bool
) -> None:
    """Create a bearer token; it is shown this once."""

    async def work(conn: Connection, _settings: Settings) -> str:
        from rustrak.accounts import tokens, users
        from rustrak.accounts.access import ALL_SCOPES, Scope
        from rustrak.errors import Invalid
        from rustrak.schemas.tokens import LONGEST_DESCRIPTION, CreatedToken

        if len(name) > LONGEST_DESCRIPTION or "\0" in name:
            raise Invalid(f"NAME cannot exceed {LONGEST_DESCRIPTION} characters")
        owner = await users.require_user(conn, email)
        secret, row = await tokens.create_token(
            conn,
            name,
            user_id=owner["id"],
            scopes=[Scope(scope) for scope in scopes] or ALL_SCOPES,
            expires_at=datetime.now(UTC) + timedelta(days=days) if days else None,
        )
        made = CreatedToken.model_validate({**row, "token": secret})
        return made.model_dump_json() if as_json else made.token

    click.echo(run_on_database(work))
