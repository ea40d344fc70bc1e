"""rustrak replay rebuild"""

import sys
import time

import click

from rustrak.cli.connection import database
from rustrak.config import load_settings
from rustrak.logging import configure_logging


@click.command("rebuild")
@click.option("--processes", type=click.IntRange(0, 64), default=2, show_default=True)
@click.option("--give-up", is_flag=True, help="Forget a rebuild that was begun.")
def rebuild(processes: int, give_up: bool) -> None:
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

    async def work(url: str) -> str:
        if give_up:
            async with await connect(url, application="rebuild") as conn:
                await forget_rebuild(conn)
            return "the rebuild is forgotten"
        folded = await run(url, processes=processes, progress=progress)
        return f"{folded:,} envelopes folded in {time.monotonic() - started:,.1f} s"

    with database(settings) as url:
        click.echo(asyncio.run(work(url)))
