"""The options every scenario has, and how a scenario is run with them.

Called by the command line.
"""

import asyncio
import functools
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import click

from bench.bodies import BodyMaker
from bench.corpus import SIZES
from bench.dsn import Dsn
from bench.measure import Subject
from bench.processes import ProcessGroups, process_name
from bench.report import Metrics, as_json, table
from bench.scenarios import preload
from bench.server import Server, Topology, start_server

T = TypeVar("T")
Scenario = Callable[[Subject, BodyMaker], Coroutine[Any, Any, list[Metrics]]]


def _parse_dsn(_context: click.Context, _option: click.Parameter, text: str | None) -> Dsn | None:
    try:
        return Dsn.parse(text) if text else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


_OPTIONS = [
    click.option(
        "--dsn",
        callback=_parse_dsn,
        help="Where to send; any server that speaks the Sentry protocol.",
    ),
    click.option("--token", help="Bearer token of Rustrak's API, to see what is stored."),
    click.option("--count-command", help="A shell command that prints the stored events."),
    click.option("--pid", "pids", type=int, multiple=True, help="A server process; with children."),
    click.option("--start", is_flag=True, help="Start a fresh Rustrak instead of --dsn."),
    click.option("--topology", type=click.Choice(["split", "serve"]), default="split"),
    click.option("--preload", "preloaded", type=int, default=0, help="Events to store beforehand."),
    click.option("--connections", type=click.IntRange(1), default=64),
    click.option("--runs", type=click.IntRange(1), default=3),
    click.option("--size", type=click.Choice(list(SIZES)), default="8k", help="Of an event."),
    click.option("--gzip-level", type=click.IntRange(1, 9), default=9),
    click.option("--samples", type=click.IntRange(1, 50), default=20, help="Look-ups a second."),
    click.option("--verify-every", is_flag=True, help="Look up every acknowledged event."),
    click.option("--corpus-dir", type=click.Path(path_type=Path), default=Path(".bench")),
    click.option("--json", "for_machines", is_flag=True, help="Print the runs as JSON."),
]


@dataclass(frozen=True, slots=True)
class Options:
    """The common options as given."""

    dsn: Dsn | None
    token: str | None
    count_command: str | None
    pids: tuple[int, ...]
    start: bool
    topology: Topology
    preloaded: int
    connections: int
    runs: int
    size: str
    gzip_level: int
    samples: int
    verify_every: bool
    corpus_dir: Path
    for_machines: bool

    def maker(self) -> BodyMaker:
        """Makes the bodies; slow the first time, when the corpus is made."""
        return BodyMaker(self.corpus_dir, self.size, self.gzip_level)

    def show(self, title: str, runs: list[Metrics]) -> None:
        """Print the result."""
        show = as_json if self.for_machines else table
        click.echo(show(f"{title}; {self.size} events, {self.connections} connections", runs))


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a click command the common options, as its first argument."""

    @functools.wraps(command)
    def run(**given: Any) -> None:
        common = Options(**{field.name: given.pop(field.name) for field in fields(Options)})
        command(common, **given)

    return functools.reduce(lambda done, option: option(done), reversed(_OPTIONS), run)


def run_scenario(options: Options, title: str, scenario: Scenario) -> None:
    """Start or reach the server, preload, run the scenario `--runs` times, print the figures."""
    if not (options.dsn or options.start):
        raise click.UsageError("Give --dsn, or --start for a server of its own.")
    results: list[Metrics] = []
    try:
        with options.maker() as maker, _subject(options) as subject:
            if options.preloaded:
                _run(preload(subject, maker, options.preloaded))
            for _ in range(options.runs):
                results += _run(scenario(subject, maker))
    except (OSError, subprocess.CalledProcessError) as error:
        raise click.ClickException(str(error)) from error
    options.show(title, results)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """On uvloop if there is one: 62 us a request, kernel included, against 70 without."""
    factory: Callable[[], asyncio.AbstractEventLoop] | None
    try:
        from uvloop import new_event_loop as factory
    except ImportError:
        factory = None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(work)


@contextmanager
def data_directory(options: Options) -> Iterator[Path]:
    """A fresh directory beside the corpus; kept, with the server's logs, when something fails."""
    options.corpus_dir.mkdir(parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="server-", dir=options.corpus_dir.resolve()))
    directory.chmod(0o711)  # PostgreSQL may run under an account of its own, and passes through
    try:
        yield directory
    except Exception:
        click.echo(f"The server's data and logs are kept in {directory}.", err=True)
        raise
    shutil.rmtree(directory)


@contextmanager
def _subject(options: Options) -> Iterator[Subject]:
    if options.dsn:
        roots = {f"{process_name(pid)} {pid}": pid for pid in options.pids}
        yield _describe(options, Server(options.dsn, options.token or "", roots))
        return
    with (
        data_directory(options) as directory,
        start_server(directory, options.topology) as server,
    ):
        yield _describe(options, server)


def _describe(options: Options, server: Server) -> Subject:
    return Subject(
        dsn=server.dsn,
        token=server.token or None,
        count_command=options.count_command,
        groups=ProcessGroups(server.roots),
        connections=options.connections,
        samples_per_second=options.samples,
        verify_every=options.verify_every,
    )
