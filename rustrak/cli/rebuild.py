"""rustrak replay rebuild"""

import sys
import time

import click

from rustrak.cli.connection import database
from rustrak.config import load_settings
from rustrak.logging import configure_logging


@click.command("rebuild")
@click.option("--processes", type=click.IntRange(0, 64), default=2, show_default=True)
@click.option("--check", is_flag=True, help="Only compare; exit with 1 if anything differs.")
@click.option("--give-up", is_flag=True, help="Forget a rebuild that was begun.")
def rebuild(processes: int, check: bool, give_up: bool) -> None:
    """Make all read tables again from the ledger, beside the live ones, and switch to them.

    The server runs on. A rebuild that was stopped goes on when it is run again.
    """
    import asyncio

    from rustrak.database.pool import connect
    from rustrak.digest.rebuild import give_up as forget_rebuild
    from rustrak.digest.rebuild import rebuild as run

    settings = load_settings()
    configure_logging(settings)
    started = time.monotonic()

    async def progress(done: int, total: int) -> None:
        if sys.stderr.isatty():
            rate = done / (time.monotonic() - started)
            left = (total - done) / rate if rate else 0
            text = f"{done:,} of {total:,} envelopes, {rate:,.0f}/s, {left:,.0f} s left"
            click.echo(f"\r\033[K{text}", err=True, nl=done == total)

    async def work(url: str) -> None:
        if give_up:
            async with await connect(url, application="rebuild") as conn:
                await forget_rebuild(conn)
            click.echo("the rebuild is forgotten")
            return
        made = await run(url, processes=processes, progress=progress, is_check=check)
        click.echo(f"{made.folded:,} envelopes folded in {time.monotonic() - started:,.1f} s")
        if made.differences:
            for table, rows in made.differences.items():
                click.echo(f"{table}: {rows:,} rows differ")
            sys.exit(1)
        if check:
            click.echo("every row is as it should be")

    with database(settings) as url:
        asyncio.run(work(url))
