"""The command line: `python -m bench SCENARIO ...`."""

import asyncio
import zlib
from collections.abc import Callable
from functools import reduce
from random import Random

import click

from bench.bodies import GZIP_MEMBER, BodyMaker
from bench.corpus import SIZES, load_corpus
from bench.group import measure_grouping
from bench.measure import Subject
from bench.options import Options, data_directory, run_scenario, with_options
from bench.read import measure_pages, measure_reads, measure_searches, seeded_server
from bench.rebuild import rebuild
from bench.regroup import regroup
from bench.report import Metrics
from bench.scenarios import burst, drain, preload, sustained
from bench.server import start_server
from bench.soak import soak
from bench.startup import measure_start


@click.group(context_settings={"show_default": True})
def main() -> None:
    """Loads a Sentry-compatible server and prints what it did. Nothing is asserted."""


def with_pacing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a click command the options of an open loop."""
    options = [
        click.option("--rate", type=float, default=2000.0, help="Events a second."),
        click.option("--seconds", type=float, default=30.0),
        click.option("--pacing", type=click.Choice(["poisson", "fixed"]), default="poisson"),
    ]
    return reduce(lambda done, option: option(done), reversed(options), command)


def arrivals(pacing: str) -> Random | None:
    """The same arrivals in every run, so that runs can be compared."""
    return Random(1) if pacing == "poisson" else None


@main.command("sustained")
@with_options
@with_pacing
def sustained_command(options: Options, rate: float, seconds: float, pacing: str) -> None:
    """A given rate: acknowledge latency, backlog, time from crash to queryable."""

    async def run(subject: Subject, maker: BodyMaker) -> list[Metrics]:
        return [await sustained(subject, maker, rate, seconds, arrivals(pacing))]

    run_scenario(options, f"sustained: {rate:,.0f}/s ({pacing}) for {seconds:g} s", run)


@main.command("drain")
@with_options
@click.option("--events", type=click.IntRange(1), default=20_000)
def drain_command(options: Options, events: int) -> None:
    """As fast as possible, timed until the last event is queryable."""

    async def run(subject: Subject, maker: BodyMaker) -> list[Metrics]:
        return [await drain(subject, maker, events)]

    run_scenario(options, f"drain: {events:,} events", run)


@main.command("burst")
@with_options
@click.option("--events", type=click.IntRange(1), default=10_000, help="In each cycle.")
@click.option("--cycles", type=click.IntRange(1), default=5)
@click.option("--pause", type=float, default=10.0, help="Seconds between cycles.")
def burst_command(options: Options, events: int, cycles: int, pause: float) -> None:
    """Flat out in cycles with pauses; every cycle counts as a run."""

    async def run(subject: Subject, maker: BodyMaker) -> list[Metrics]:
        return await burst(subject, maker, events, cycles, pause)

    run_scenario(options, f"burst: {cycles} cycles of {events:,} events, {pause:g} s apart", run)


@main.command("soak")
@with_options
@with_pacing
def soak_command(options: Options, rate: float, seconds: float, pacing: str) -> None:
    """A rate for a long time; a line every ten seconds. Give --seconds and --runs 1."""

    async def run(subject: Subject, maker: BodyMaker) -> list[Metrics]:
        return [await soak(subject, maker, rate, seconds, arrivals(pacing))]

    run_scenario(options, f"soak: {rate:,.0f}/s ({pacing}) for {seconds:g} s", run)


@main.command("start")
@with_options
def start_command(options: Options) -> None:
    """From exec of `rustrak serve` to the first accepted event, and memory when idle."""
    results = []
    with options.maker() as maker:
        for _ in range(options.runs):
            with data_directory(options) as directory:
                results.append(measure_start(directory, maker.make(2)))
    options.show("start: rustrak serve", results)


@main.command("read")
@with_options
@click.option("--events", type=click.IntRange(1), default=1_000_000)
@click.option("--issues", type=click.IntRange(1), default=10_000)
@click.option("--times", type=click.IntRange(1), default=30, help="Each question is asked.")
def read_command(options: Options, events: int, issues: int, times: int) -> None:
    """Lists, searches and details on a large project; needs --start, because it is seeded."""
    if not options.start:
        raise click.UsageError("Give --start: the events are written straight into the database.")
    with (
        data_directory(options) as directory,
        seeded_server(directory, events, issues) as (url, dsn, token, seeded),
    ):
        click.echo(f"{events:,} events in {issues:,} issues")
        project = int(dsn.project)
        click.echo(asyncio.run(measure_searches(url, project, times)) + "\n")
        base_url = f"http://{dsn.host}:{dsn.port}"
        click.echo(asyncio.run(measure_pages(base_url, url, project, seeded, times)) + "\n")
        click.echo(asyncio.run(measure_reads(base_url, token, project, seeded, times)))


@main.command("regroup")
@with_options
@click.option("--rate", type=float, default=0.0, help="Events a second while it is applied.")
@click.option("--seconds", type=float, default=20.0, help="Of these.")
def regroup_command(options: Options, rate: float, seconds: float) -> None:
    """Everything that was preloaded grouped anew: shown, applied, undone. Give --preload."""

    async def run(subject: Subject, maker: BodyMaker) -> list[Metrics]:
        return [await regroup(subject, maker, rate, seconds)]

    run_scenario(options, f"regroup {options.preloaded:,} events", run)


@main.command("rebuild")
@with_options
@click.option("--processes", type=click.IntRange(0), default=2, show_default=True)
def rebuild_command(options: Options, processes: int) -> None:
    """All read tables made again from what was preloaded. Needs --start, give --preload."""
    if not options.start:
        raise click.UsageError("Give --start: the command talks to the database.")
    results = []
    with (
        options.maker() as maker,
        data_directory(options) as directory,
        start_server(directory, "split") as server,
    ):
        asyncio.run(preload(Subject(server.dsn, server.token), maker, options.preloaded))
        for _ in range(options.runs):
            results.append(rebuild(directory, server.dsn.port, processes))
    options.show(f"rebuild of {options.preloaded:,} events", results)


@main.command("group")
@with_options
def group_command(options: Options) -> None:
    """Grouping alone, each version: no server."""
    corpus = load_corpus(options.corpus_dir, SIZES[options.size])
    for name, figure in measure_grouping(corpus, max(options.runs, 5)).items():
        click.echo(f"{name}: {figure:.1f}")


@main.command("corpus")
@with_options
def corpus_command(options: Options) -> None:
    """Make the corpus and print how large its events are."""
    corpus = load_corpus(options.corpus_dir, SIZES[options.size])
    sizes = [
        (len(text), len(zlib.compress(text, options.gzip_level, GZIP_MEMBER)))
        for trace in corpus
        for text in trace
    ]
    plain, packed = (sum(column) / len(sizes) for column in zip(*sizes, strict=True))
    click.echo(f"{len(sizes)} envelopes, mean {plain:,.0f} bytes, gzipped {packed:,.0f} bytes")


if __name__ == "__main__":
    main(prog_name="python -m bench")
