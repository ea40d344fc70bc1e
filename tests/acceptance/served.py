"""`rustrak serve` with its own PostgreSQL in a data directory, started as often as a test likes."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession

from rustrak.database.embedded import running_url
from rustrak.database.postmaster import read_postmaster
from tests.acceptance.processes import Process, Processes
from tests.acceptance.site import Site, address, is_ready


class Served:
    """A data directory, and the server on it."""

    def __init__(self, processes: Processes, client: ClientSession) -> None:
        self.processes = processes
        self.client = client
        self.url = processes.environ["PUBLIC_URL"]
        self._data_dir = Path(processes.environ["RUSTRAK_DATA_DIR"])

    async def start(self) -> Process:
        """Start it and return once it is ready."""
        server = self.processes.rustrak("serve")
        await is_ready(self.client, self.url, server)
        return server

    async def site(self, server: Process) -> Site:
        """What the running server printed, and a token made while it runs, as a site to use."""
        made = await asyncio.to_thread(self.processes.run, "token", "create", "x", "--json")
        assert made.returncode == 0, made.stderr
        url = running_url(self._data_dir)
        assert url
        return Site(
            self.processes,
            self.client,
            dsn=banner(server)["DSN"][0],
            token=json.loads(made.stdout)["token"],
            database_url=url,
        )

    def postgres_pid(self) -> int:
        """The process of its PostgreSQL server."""
        found = read_postmaster(self._data_dir / "postgres")
        assert found
        return found.pid


def banner(server: Process) -> dict[str, list[str]]:
    """The words behind Rustrak, Login and DSN at the start of the output."""
    lines = re.findall(r"^  (Rustrak|Login|DSN) +(.+)$", server.output(), re.MULTILINE)
    return {name: words.split() for name, words in lines}


@asynccontextmanager
async def open_served(directory: Path) -> AsyncIterator[Served]:
    """An empty data directory; whatever was started on it ends with the block."""
    processes = Processes(directory, RUSTRAK_DATA_DIR=str(directory / "data"), **address())
    try:
        async with ClientSession() as client:
            yield Served(processes, client)
    finally:
        processes.close()
