"""rustrak export, rustrak import"""

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from rustrak.cli.connection import run_on_database
from rustrak.config import Settings
from rustrak.database.pool import Connection

if TYPE_CHECKING:
    from rustrak.digest.importing import Imported


@click.command("export")
@click.argument("project_id", type=int)
@click.option("-o", "--output", "file", type=click.File("wb", lazy=False), default="-",
              help="Default: standard output.")  # fmt: skip
@click.option("--since", help="Envelopes received from then on, such as 2026-01-31T12:00:00Z.")
@click.option("--until", help="And before then.")
def export(project_id: int, file: IO[bytes], since: str | None, until: str | None) -> None:
    """Write a project, its envelopes and decisions, to one file; see docs/archive.md."""
    from rustrak.cli.regroup import moment
    from rustrak.digest.exporting import export_project

    if file.isatty():
        raise click.UsageError("An archive is no text; give --output, or send it to a file.")

    async def work(conn: Connection, _settings: Settings) -> int:
        return await export_project(
            conn,
            project_id,
            file,
            since=moment("--since", since),
            until=moment("--until", until),
        )

    count = run_on_database(work)
    click.echo(f"{count:,} envelopes written", err=True)


@click.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="Of the project; default: as in the archive.")
@click.option("--dry-run", is_flag=True, help="Only see whether the archive is whole.")
def import_archive(path: Path, name: str | None, dry_run: bool) -> None:
    """Read a file of `rustrak export` into a project of its own, all or nothing."""
    from rustrak.ledger.archive import read_archive

    if dry_run:
        with path.open("rb") as file:
            kinds: dict[str, int] = {}
            for record in read_archive(file):
                kinds[record.type] = kinds.get(record.type, 0) + 1
        click.echo(", ".join(f"{count:,} {kind}" for kind, count in kinds.items()))
        sys.exit(0)

    async def work(conn: Connection, _settings: Settings) -> "Imported":
        from rustrak.digest.importing import import_project, make_weeks

        with path.open("rb") as file:
            await make_weeks(conn, file)
        with path.open("rb") as file:
            return await import_project(conn, file, name)

    found: Any = run_on_database(work)
    text = f"project {found.project_id}: {found.envelopes:,} envelopes"
    text += f", {found.decisions:,} decisions"
    if found.left_out:
        text += f"; {found.left_out:,} decisions about issues that are not there were left out"
    click.echo(text)


@click.command("import-events")
@click.argument("project_id", type=int)
@click.argument("paths", nargs=-1, required=True,
                type=click.Path(exists=True, dir_okay=False, path_type=Path))  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only see what can be read.")
def import_events(project_id: int, paths: tuple[Path, ...], dry_run: bool) -> None:
    """Read events that the web API of Sentry or GlitchTip gave as JSON into a project, as well as
    they can be read; see docs/archive.md."""
    from rustrak.digest.importing_events import import_events as run
    from rustrak.digest.importing_events import read_file

    refused: list[str] = []
    events = [found for path in paths for found in read_file(path, refused)]
    for reason in refused:
        click.echo(f"left out: {reason}", err=True)
    if dry_run:
        click.echo(f"{len(events):,} events can be read, {len(refused):,} cannot")
        return

    async def work(conn: Connection, _settings: Settings) -> str:
        from rustrak.accounts.projects import get_project

        await get_project(conn, project_id)
        taken = await run(conn, project_id, events)
        return f"{taken.imported:,} events imported, {taken.known:,} were there already"

    click.echo(run_on_database(work))
