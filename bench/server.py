"""Starts a Rustrak of its own for a benchmark and ends it: only the processes started here.

Called by the command line (`--start`) and by the start scenario.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Literal

from bench.dsn import Dsn

Topology = Literal["split", "serve"]

Process = subprocess.Popen[bytes]

HOST = "127.0.0.1"
READY_SECONDS = 60.0
STOP_SECONDS = 30.0
POLL_SECONDS = 0.01


@dataclass(slots=True)
class Server:
    """A running Rustrak: where to send, how to ask, and its process ids by name."""

    dsn: Dsn
    token: str
    roots: dict[str, int] = field(default_factory=dict)


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def rustrak(environment: Mapping[str, str], *words: str) -> str:
    """Run one command to its end and return what it prints; raises CalledProcessError."""
    done = subprocess.run(
        [_program(), *words], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def _program() -> str:
    return str(Path(sys.executable).with_name("rustrak"))


@contextmanager
def process(environment: Mapping[str, str], log: Path, *words: str) -> Iterator[Process]:
    """Run a command until the block ends, its output in `log`."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            [_program(), *words], env=environment, stdout=output, stderr=output
        )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def wait_until_ready(port: int, *processes: Process) -> None:
    """Returns when /health/ready answers 200; raises TimeoutError after a minute, or at once
    when one of the processes has ended."""
    deadline = time.monotonic() + READY_SECONDS
    while get_status(port, "/health/ready") != 200:
        ended = any(process.poll() is not None for process in processes)
        if ended or time.monotonic() > deadline:
            raise TimeoutError("The server did not become ready; see its log.")
        time.sleep(POLL_SECONDS)


def get_status(port: int, path: str) -> int:
    """The status of a GET, or 0 when nobody answers."""
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def environment(port: int, **more: str) -> dict[str, str]:
    """Ours, with the address of the server to start."""
    address = {"HOST": HOST, "PORT": str(port), "PUBLIC_URL": f"http://{HOST}:{port}"}
    return {**os.environ, **address, **more}


def serve_settings(directory: Path, port: int) -> dict[str, str]:
    """For `rustrak serve` on the embedded PostgreSQL."""
    settings = environment(port, RUSTRAK_DATA_DIR=str(directory / "data"))
    settings.pop("DATABASE_URL", None)
    return settings


def introduce(environment: Mapping[str, str]) -> Server:
    """Make a project, an administrator and a token by the commands an operator would use."""
    project: dict[str, Any] = json.loads(
        rustrak(environment, "project", "create", "bench", "--json")
    )
    rustrak(environment, "user", "create", "bench@example.com", "--admin")
    token: dict[str, Any] = json.loads(rustrak(environment, "token", "create", "bench", "--json"))
    return Server(dsn=Dsn.parse(project["dsn"]), token=token["token"])


@contextmanager
def start_server(directory: Path, topology: Topology) -> Iterator[Server]:
    """A fresh server whose data and output are in `directory`, which must be empty.

    The directory should be on a real disk: on a RAM disk fsync costs nothing.
    """
    start = _split if topology == "split" else _serve
    with start(directory, free_port()) as server:
        yield server


@contextmanager
def _serve(directory: Path, port: int) -> Iterator[Server]:
    settings = serve_settings(directory, port)
    with process(settings, directory / "serve.log", "serve") as serve:
        wait_until_ready(port, serve)
        server = introduce(settings)
        server.roots = {"serve": serve.pid, **postmaster(directory)}
        yield server


@contextmanager
def _split(directory: Path, port: int) -> Iterator[Server]:
    from rustrak.database.embedded import EmbeddedServer

    embedded = EmbeddedServer(directory / "data")
    settings = environment(port, DATABASE_URL=embedded.start())
    try:
        rustrak(settings, "migrate")
        server = introduce(settings)
        with (
            process(settings, directory / "web.log", "web") as web,
            process(settings, directory / "worker.log", "worker") as worker,
        ):
            wait_until_ready(port, web, worker)
            server.roots = {"web": web.pid, "worker": worker.pid, **postmaster(directory)}
            yield server
    finally:
        embedded.stop()


def postmaster(directory: Path) -> dict[str, int]:
    """The embedded PostgreSQL below `directory`; it may not be a child of who started it."""
    kept = next(directory.rglob("postmaster.pid"), None)
    return {"postgres": int(kept.read_text().split("\n", 1)[0])} if kept else {}
