"""A PostgreSQL server to be stopped or killed, and started again behind the same URL."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from rustrak.database import postmaster
from rustrak.database.embedded import EmbeddedServer
from tests.acceptance.processes import children


class Postgres:
    """The embedded server on a port that stays."""

    def __init__(self, directory: Path) -> None:
        self._server = EmbeddedServer(directory)
        self._data = directory / "postgres"
        self._port = postmaster.free_port()
        self.url = ""

    def start(self) -> None:
        """Start it, after a kill with recovery; it keeps its port and its password."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(postmaster, "free_port", lambda: self._port)
            self.url = self._server.start()

    def stop(self) -> None:
        """A fast shutdown: sessions are ended, everything is written."""
        self._server.stop()

    def kill(self) -> None:
        """SIGKILL for the server and every one of its backends, as when the power fails."""
        found = postmaster.read_postmaster(self._data)
        assert found
        for pid in (found.pid, *children(found.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._server.stop()


@contextmanager
def open_postgres(directory: Path) -> Iterator[Postgres]:
    """A running server; it is stopped with the block."""
    server = Postgres(directory)
    try:
        server.start()
        yield server
    finally:
        server.stop()
