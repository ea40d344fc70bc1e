"""rustrak web"""

import sys

import click

from rustrak.cli.connection import running_database
from rustrak.config import load_settings
from rustrak.logging import configure_logging


@click.command()
@click.option(
    "--rooms",
    type=click.Choice(["all", "ingest"]),
    default="all",
    help="What to serve: everything, or the intake alone.",
)
def web(rooms: str) -> None:
    """Serve the API and the intake; WEB_CONCURRENCY processes share one socket."""
    from rustrak.prefork import Prefork
    from rustrak.running import run_until_stopped
    from rustrak.serving import listen, serve_web

    settings = load_settings()
    configure_logging(settings, sys.stdout)
    url = running_database(settings)
    sock = listen(settings)

    def work(lifeline: int | None = None) -> None:
        run_until_stopped(lambda stop: serve_web(settings, url, sock, stop, rooms), lifeline)

    if settings.web_concurrency == 1:
        work()
    else:
        Prefork(work, settings.web_concurrency).run()
