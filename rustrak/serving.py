"""Serving until told to stop: one listening socket, an orderly end, the worker beside it if
wanted."""

import asyncio
import os
import select
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from rustrak.config import Settings
from rustrak.digest.worker import run_worker
from rustrak.errors import ConfigurationError
from rustrak.ingest.doors import Doors
from rustrak.logging import Note, log
from rustrak.web import INTAKE, open_app

BACKLOG = 1024  # connections the kernel may queue while the process is busy
DRAIN = 1.0  # seconds for connections already accepted; without it a restart drops some (measured)
SHUTDOWN = 30.0  # seconds a request under way may take; a held one waits up to 20 for the database
KEEP_ALIVE = 75.0  # seconds an idle connection is kept


def listen(settings: Settings) -> socket.socket:
    """The bound socket. Raises ConfigurationError when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((settings.host, settings.port))
    except OSError as error:
        sock.close()
        raise ConfigurationError(
            f"PORT: cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
            "stop what uses it or choose another"
        ) from None
    sock.listen(BACKLOG)
    sock.setblocking(False)
    return sock


async def serve_web(
    settings: Settings, url: str, sock: socket.socket, stop: asyncio.Event, rooms: str = "all"
) -> None:
    """Answer requests until `stop` is set; then finish what was accepted and store what waits."""
    async with open_app(settings, url, rooms) as app, listening(app, sock):
        log.info(Note.SERVER_STARTED, port=sock.getsockname()[1], pid=os.getpid())
        await stop.wait()
        log.info(Note.SERVER_STOPPING, pid=os.getpid())
    log.info(Note.SERVER_STOPPED, pid=os.getpid())


@asynccontextmanager
async def listening(
    app: web.Application, sock: socket.socket, drain: float = DRAIN
) -> AsyncIterator[None]:
    """Accept connections until the block ends; then answer what they brought, and close them.

    `drain` is how many seconds connections already accepted may still bring their request.
    """
    runner = web.AppRunner(
        app,
        access_log=None,  # costs half the throughput (measured)
        auto_decompress=False,  # accepts truncated bodies and counts its limit wrongly
        handle_signals=False,
        keepalive_timeout=KEEP_ALIVE,
        shutdown_timeout=SHUTDOWN,
    )
    await runner.setup()
    assert runner.server is not None
    doors = Doors(app[INTAKE], runner.server, keep_alive=KEEP_ALIVE)
    listener = await asyncio.get_running_loop().create_server(doors, sock=sock, backlog=BACKLOG)
    sweeper = asyncio.create_task(doors.sweep())
    try:
        yield
    finally:
        await _stop_listening(listener, sock)
        await asyncio.sleep(drain)
        await doors.close(SHUTDOWN)
        sweeper.cancel()
        await runner.cleanup()


async def _stop_listening(listener: asyncio.Server, sock: socket.socket) -> None:
    """Close the listener at a moment when nobody waits in its queue: closing resets those."""
    queue = select.poll()
    queue.register(sock, select.POLLIN)
    for _ in range(BACKLOG):
        if not queue.poll(0):
            break
        await asyncio.sleep(0)  # the loop accepts them
    listener.close()


async def serve_all(settings: Settings, url: str, sock: socket.socket, stop: asyncio.Event) -> None:
    """Web and worker in one process; the worker ends last, so that it digests what came in last."""
    worker_stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(run_worker(settings, url, worker_stop))
        try:
            await serve_web(settings, url, sock, stop)
        finally:
            worker_stop.set()
