"""rustrak retention"""

from datetime import UTC, datetime, timedelta

import click

from rustrak.cli.connection import run_on_database
from rustrak.config import Settings
from rustrak.database.pool import Connection
from rustrak.errors import ConfigurationError


@click.command()
@click.option("--days", type=click.IntRange(7, 36500), help="Default: RUSTRAK_RETENTION_DAYS.")
@click.option("--dry-run", is_flag=True, help="Only tell which weeks would go.")
def retention(days: int | None, dry_run: bool) -> None:
    """Drop the weeks of the ledger that are older than so many days; counts stay.

    A worker does it once a day where RUSTRAK_RETENTION_DAYS is set.
    """

    async def work(conn: Connection, settings: Settings) -> str:
        from rustrak.ledger.retention import drop_week, old_weeks

        kept = days or settings.retention_days
        if kept is None:
            raise ConfigurationError("RUSTRAK_RETENTION_DAYS: not set; set it or give --days")
        weeks = await old_weeks(conn, datetime.now(UTC) - timedelta(days=kept))
        lines = []
        for week in weeks:
            if not dry_run:
                await drop_week(conn, week)
            done = "would go" if dry_run else "dropped"
            lines.append(f"week of {week.week:%Y-%m-%d}: {week.bytes / 2**20:,.1f} MB {done}")
        return "\n".join(lines) or "nothing is that old"

    click.echo(run_on_database(work))
