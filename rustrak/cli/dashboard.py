"""rustrak dashboard: the pages alone, for a server elsewhere."""

import asyncio

import click

from rustrak.config import load_settings
from rustrak.errors import ConfigurationError
from rustrak.logging import configure_logging


@click.command()
@click.option("--server", envvar="RUSTRAK_URL", required=True, help="Its address.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True)
def dashboard(server: str, host: str, port: int) -> None:
    """Serve the dashboard of a server elsewhere: it talks to the REST API only."""
    from aiohttp import web
    from yarl import URL

    from rustrak.dashboard.app import open_dashboard

    configure_logging(load_settings())
    url = URL(server)
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigurationError("--server: must look like https://errors.example.com")

    async def run() -> None:
        async with open_dashboard(server) as app:
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            site = web.TCPSite(runner, host, port)
            await site.start()
            click.echo(f"http://{host}:{port} shows {url.origin()}; Ctrl-C ends it")
            try:
                await asyncio.Event().wait()
            finally:
                await runner.cleanup()

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        click.echo()
