"""rustrak replay"""

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rustrak.cli.connection import run_on_database
from rustrak.cli.rebuild import rebuild
from rustrak.cli.regroup import regroup, regroup_archive
from rustrak.config import Settings
from rustrak.database.pool import Connection

if TYPE_CHECKING:
    from rustrak.digest.replay import Selection

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTCOMES = ("unsupported", "invalid", "filtered", "parked")


@click.group(invoke_without_command=True)
@click.option("--project", "project_id", type=int, help="Group the events of this project anew.")
@click.option("--archive", type=FILE, help="Only tell about the events of an archive: no database.")
@click.option("--rules", "file", type=FILE, help="By the rules of a file; default: as it is.")
@click.option("--grouping", "version", help="By this version; default: as it is.")
@click.option("--since", help="Events received from then on, such as 2026-01-31T12:00:00Z.")
@click.option("--until", help="And before then.")
@click.option("--dry-run", is_flag=True, help="Tell what would change; 1 if it is not as expected.")
@click.option("--expect", type=FILE, help="What --json printed before; default: no change at all.")
@click.option("--processes", type=click.IntRange(0, 64), default=2, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_context
def replay(
    context: click.Context, /, project_id: int | None, archive: Path | None, **options: Any
) -> None:
    """Work out again what was received before.

    With --project and no command: group its events anew, the past and those to come, while the
    server runs on. With --dry-run, or of an --archive, it only tells what would change, and exits
    with 1 unless that is what --expect says.
    """
    if context.invoked_subcommand is not None:
        return
    if archive is not None:
        regroup_archive(archive, **options)
    elif project_id is not None:
        regroup(project_id, **options)
    else:
        raise click.UsageError("Give --project or --archive, or one of the commands.")


replay.add_command(rebuild)


@replay.command("items")
@click.option(
    "--outcome", "outcomes", type=click.Choice(OUTCOMES), multiple=True, default=("unsupported",),
    show_default=True, help="Items that ended like this; may be given several times.",
)  # fmt: skip
@click.option("--type", "types", multiple=True, help="Items of this type; default: all.")
@click.option("--project", "project_id", type=int, help="Of this project; default: all.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be tried.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def replay_items(
    outcomes: tuple[str, ...],
    types: tuple[str, ...],
    project_id: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Try items again that were received but not applied: after an upgrade that reads their type,
    a change of filters, or a mend. May run beside a live server, and again after it was stopped."""
    from rustrak.digest.replay import Selection

    selection = Selection(outcomes, project_id, types or None)
    if dry_run:
        found = run_on_database(lambda conn, _settings: _count(conn, selection))
        click.echo(json.dumps(found) if as_json else _table(found))
    else:
        happened = run_on_database(lambda conn, settings: _replay(conn, settings, selection))
        text = ", ".join(f"{count} {what}" for what, count in happened.items() if count)
        click.echo(json.dumps(happened) if as_json else text or "nothing to replay")


async def _count(conn: Connection, selection: "Selection") -> list[dict[str, Any]]:
    from rustrak.digest.replay import count_items

    return await count_items(conn, selection)


async def _replay(conn: Connection, _settings: Settings, selection: "Selection") -> Counter[str]:
    from rustrak.digest.replay import replay_items

    happened: Counter[str] = Counter()
    async for batch in replay_items(conn, selection):
        happened += batch
    return happened


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [
        f"project {row['project_id']}: {row['items']} {row['item_type']} {row['outcome']}"
        + (f" ({row['reason']})" if row["reason"] else "")
        for row in rows
    ]
    return "\n".join(lines) or "nothing to replay"
