"""rustrak user"""

import json
from datetime import datetime

import click

from rustrak.cli.connection import run_on_database
from rustrak.config import Settings
from rustrak.database.pool import Connection

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
password_option = click.option("--password", help="Default: a random one, printed once.")


@click.group()
def user() -> None:
    """Create, list and disable users, and help those who forgot their password."""


@user.command("create")
@click.argument("email")
@password_option
@click.option("--admin", is_flag=True, help="May administer the installation.")
@as_json
def create_user(email: str, password: str | None, admin: bool, as_json: bool) -> None:
    """Create a user who can log in."""

    async def work(conn: Connection, _settings: Settings) -> str:
        from rustrak.accounts import users

        chosen = password or users.new_password()
        row = await users.create_user(conn, email, chosen, is_admin=admin)
        made = {**row, "password": None if password else chosen}
        return json.dumps(made) if as_json else f"{email}  {made['password'] or '(as given)'}"

    click.echo(run_on_database(work))


@user.command("list")
@as_json
def list_users(as_json: bool) -> None:
    """List the users: id, address, role, state and last login."""

    async def work(conn: Connection, _settings: Settings) -> str:
        from rustrak.accounts import team

        rows = await team.list_people(conn, seen_by=None)
        if as_json:
            return json.dumps(rows, default=datetime.isoformat)
        return "\n".join(
            "\t".join(
                [
                    str(row["id"]),
                    row["email"],
                    "admin" if row["is_admin"] else "member",
                    "active" if row["is_active"] else "disabled",
                    str(row["last_login"] or "never"),
                ]
            )
            for row in rows
        )

    click.echo(run_on_database(work))


@user.command("disable")
@click.argument("email")
def disable_user(email: str) -> None:
    """Keep somebody out at once: sessions end, tokens open nothing."""
    click.echo(run_on_database(lambda conn, _: _set_active(conn, email, False)))


@user.command("enable")
@click.argument("email")
def enable_user(email: str) -> None:
    """Let somebody in again."""
    click.echo(run_on_database(lambda conn, _: _set_active(conn, email, True)))


@user.command("password")
@click.argument("email")
@password_option
def reset_password(email: str, password: str | None) -> None:
    """Give somebody a new password and log them out everywhere; tokens stay."""

    async def work(conn: Connection, _settings: Settings) -> str:
        from rustrak.accounts import users
        from rustrak.accounts.passwords import hash_password

        chosen = password or users.new_password()
        users.check_new_password(chosen)
        row = await users.get_user(conn, email)
        password_hash = await hash_password(chosen)
        async with conn.transaction():
            await users.set_password(conn, row["id"], password_hash)
        return f"{row['email']}  {'(as given)' if password else chosen}"

    click.echo(run_on_database(work))


async def _set_active(conn: Connection, email: str, is_active: bool) -> str:
    from rustrak.accounts import team, users

    row = await users.get_user(conn, email)
    async with conn.transaction():
        await team.set_active(conn, row["id"], is_active)
    return f"{row['email']}  {'active' if is_active else 'disabled'}"
