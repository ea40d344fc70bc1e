"""rustrak migrate"""

import asyncio
import sys

import click

from rustrak.cli.connection import database
from rustrak.config import load_settings
from rustrak.logging import configure_logging


@click.command()
@click.option(
    "--check", is_flag=True, help="Change nothing; exit with 1 if migrations are pending."
)
def migrate(check: bool) -> None:
    """Bring the database's schema up to date; safe to run from many places at once."""
    settings = load_settings()
    configure_logging(settings)
    with database(settings) as url:
        names = asyncio.run(_migrate(url, check))
    for name in names:
        click.echo(f"{'pending' if check else 'applied'} {name}")
    if not names:
        click.echo("the schema is up to date")
    sys.exit(1 if check and names else 0)


async def _migrate(url: str, check: bool) -> list[str]:
    from rustrak.database import migrate as migrations
    from rustrak.database.pool import connect

    async with await connect(url, application="migrate", statement_timeout=0) as conn:
        return await (migrations.pending(conn) if check else migrations.migrate(conn))
