"""rustrak worker"""

import sys

import click

from rustrak.cli.connection import running_database
from rustrak.config import load_settings
from rustrak.logging import configure_logging


@click.command()
def worker() -> None:
    """Digest what was stored and send alerts; run as many as you have cores to spare."""
    from rustrak.digest.worker import run_worker
    from rustrak.running import run_until_stopped

    settings = load_settings()
    configure_logging(settings, sys.stdout)
    url = running_database(settings)
    run_until_stopped(lambda stop: run_worker(settings, url, stop))
