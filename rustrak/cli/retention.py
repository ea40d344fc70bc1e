"""rustrak retention"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from rustrak.cli.connection import run_on_database
from rustrak.config import Settings
from rustrak.database.pool import Connection

if TYPE_CHECKING:
    from rustrak.digest.retention import Step


@click.command()
@click.option("--days", type=click.IntRange(7, 36500), help="Default: RUSTRAK_RETENTION_DAYS.")
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
def retention(days: int | None, dry_run: bool) -> None:
    """Take from the ledger what is older than the installation, or a project, keeps it; counts
    stay.

    A worker does it once a day. Projects have an age of their own in their settings.
    """

    async def work(conn: Connection, settings: Settings) -> None:
        from rustrak.digest.retention import forget, plan

        kept, now = days or settings.retention_days, datetime.now(UTC)
        found = 0
        if dry_run:
            for step in await plan(conn, kept, now):
                click.echo(f"{_describe(step)} would go")
                found += 1
        else:
            async for step in forget(conn, kept, now):
                click.echo(f"{_describe(step)}: done")
                found += 1
        if not found:
            click.echo("nothing is that old")

    run_on_database(work)


def _describe(step: "Step") -> str:
    week = f"week of {step.week.week:%Y-%m-%d}"
    if step.is_whole:
        return f"{week}, {step.week.bytes / 2**20:,.1f} MB"
    parts = []
    if step.dropped:
        parts.append(f"all of {_projects(step.dropped)}")
    if step.thinned:
        parts.append(f"what tells nothing new of {_projects(step.thinned)}")
    return f"{week}, {' and '.join(parts)}"


def _projects(ids: tuple[int, ...]) -> str:
    return f"project{'s' if len(ids) > 1 else ''} {', '.join(map(str, ids))}"
