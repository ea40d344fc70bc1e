"""Which server a command talks to over the API, and running its coroutine with a client."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from rustrak.client import Client

Result = TypeVar("Result")
Params = ParamSpec("Params")


def over_the_api(
    *, required: bool = False
) -> Callable[[Callable[Params, Result]], Callable[Params, Result]]:
    """The options `server` and `token` of a command that can, or must, talk to a running server."""
    meaning = "A running Rustrak to ask" + ("." if required else "; default: the database.")
    server = click.option(
        "--server", envvar="RUSTRAK_URL", required=required, help=meaning, show_envvar=True
    )
    token = click.option(
        "--token", envvar="RUSTRAK_TOKEN", help="A bearer token for it.", show_envvar=True
    )

    def decorate(command: Callable[Params, Result]) -> Callable[Params, Result]:
        return server(token(command))

    return decorate


def run_on_server(
    server: str, token: str | None, work: Callable[["Client"], Awaitable[Result]]
) -> Result:
    """Run a command's coroutine with a client. Raises what the client raises."""
    from rustrak.client import Client
    from rustrak.errors import ConfigurationError

    if not token:
        raise ConfigurationError("RUSTRAK_TOKEN: not set; the server wants --token or this")

    async def run(token: str) -> Result:
        async with Client(server, token) as rustrak:
            return await work(rustrak)

    return asyncio.run(run(token))
