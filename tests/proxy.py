"""A TCP proxy that can be cut and restored, to put between a program and its database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from psycopg.conninfo import conninfo_to_dict

from tests.conftest import database_on


class Proxy:
    """Passes bytes on while it is up; cut, it drops every connection and refuses new ones."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._listener: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._pipes: set[asyncio.Task[None]] = set()
        self.port = 0

    async def restore(self) -> None:
        """Listen, always on the same port."""
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Stop listening and abort what is connected."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for writer in tuple(self._writers):
            writer.transport.abort()
        await asyncio.gather(*self._pipes)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(*self._target)
        if self._listener is None:  # cut while this connection was being made
            writer.transport.abort()
            there[1].transport.abort()
            return
        for source, sink in ((reader, there[1]), (there[0], writer)):
            pipe = asyncio.create_task(self._pass_on(source, sink))
            self._pipes.add(pipe)
            pipe.add_done_callback(self._pipes.discard)

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        self._writers.add(sink)
        with suppress(ConnectionError):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        self._writers.discard(sink)
        sink.close()


@asynccontextmanager
async def proxied(database_url: str) -> AsyncIterator[tuple[Proxy, str]]:
    """A proxy before a database, and the database's URL through it."""
    parts = conninfo_to_dict(database_url)
    proxy = Proxy(str(parts["host"]), int(parts["port"] or 5432))
    await proxy.restore()
    here = f"postgresql://{parts.get('user', '')}"
    if parts.get("password"):
        here += f":{parts['password']}"
    try:
        yield proxy, database_on(f"{here}@127.0.0.1:{proxy.port}/x", str(parts["dbname"]))
    finally:
        await proxy.cut()
