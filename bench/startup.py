"""How long `rustrak serve` takes from exec to the first accepted event, and what it uses idle.

Called by the command line.
"""

import socket
import time
from pathlib import Path

from bench.bodies import Bodies
from bench.dsn import Dsn
from bench.processes import POSTGRES, ProcessGroups
from bench.report import Metrics
from bench.server import (
    POLL_SECONDS,
    READY_SECONDS,
    free_port,
    postmaster,
    process,
    serve_settings,
    wait_until_ready,
)

IDLE_SECONDS = 5.0


def measure_start(directory: Path, bodies: Bodies) -> Metrics:
    """Start on an empty data directory, stop, start again on the same one.

    The event goes to the DSN that `serve` prints, as a new user's would.
    """
    port = free_port()
    settings = serve_settings(directory, port)
    first, second = bodies.bodies
    metrics: Metrics = {}
    began = time.monotonic()
    with process(settings, directory / "serve.log", "serve") as serve:
        wait_until_ready(port, serve)
        metrics["empty: ready s"] = time.monotonic() - began
        dsn = _printed_dsn(directory / "serve.log")
        _send_until_accepted(dsn, first)
        metrics["empty: first event s"] = time.monotonic() - began
    began = time.monotonic()
    with process(settings, directory / "serve.log", "serve") as serve:
        _send_until_accepted(dsn, second)
        metrics["existing: first event s"] = time.monotonic() - began
        time.sleep(IDLE_SECONDS)
        groups = ProcessGroups({"serve": serve.pid, **postmaster(directory)})
        return metrics | _idle(groups)


def _printed_dsn(log: Path) -> Dsn:
    """The DSN of the first project, from what the server prints at its start."""
    return Dsn.parse(log.read_text().partition("  DSN ")[2].split()[0])


def _send_until_accepted(dsn: Dsn, body: bytes) -> None:
    request = dsn.envelope_request(body)
    deadline = time.monotonic() + READY_SECONDS
    while not _is_accepted(dsn, request):
        if time.monotonic() > deadline:
            raise TimeoutError("The server accepted no event.")
        time.sleep(POLL_SECONDS)


def _is_accepted(dsn: Dsn, request: bytes) -> bool:
    try:
        with socket.create_connection((dsn.host, dsn.port), timeout=5) as connection:
            connection.sendall(request)
            return connection.recv(65536).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _idle(groups: ProcessGroups) -> Metrics:
    metrics: Metrics = {}
    for label, usage in groups.usage().items():
        if label != POSTGRES:
            metrics[f"{label} RSS idle MB"] = usage.rss / 1e6
        metrics[f"{label} PSS idle MB"] = usage.pss / 1e6
    return metrics
