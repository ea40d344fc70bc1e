"""Monitors with their latest runs, and the fold that fills their tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Final
from uuid import UUID

import orjson
from psycopg.rows import DictRow

from rustrak.database.arrays import bigints, integers, texts, times, uuids
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.items.monitoring import Run, Status
from rustrak.items.schedules import MonitorConfig, stored_monitor_config
from rustrak.projections.insert import Columns, insert_new

MOST_ENVIRONMENTS: Final = 100
"""Environments of one monitor that are watched and shown, in the order of their names."""


@dataclass(slots=True)
class CheckInRow:
    """One check-in as the projections need it."""

    project_id: int
    monitor_slug: str
    environment: str
    check_in_id: UUID
    has_id: bool
    position: int
    item: int
    received_at: datetime
    status: str
    duration: str
    """Seconds, '' when the client does not say."""
    release: str
    config: str
    """JSON, '' for none."""


@dataclass(slots=True)
class Environment:
    """A monitor in one environment, with its latest runs in order of their start."""

    project_id: int
    slug: str
    config: MonitorConfig | None
    environment: str
    runs: list[Run]


_KEY: Columns = {"project_id": integers, "monitor_slug": texts, "environment": texts}
_PLACE: Columns = {"position": bigints, "item": integers}
_OPENED: Columns = {
    **_KEY,
    **_PLACE,
    "check_in_id": uuids,
    "has_id": integers,
    "received_at": times,
    "release": texts,
}
_FINISHED: Columns = {
    **_KEY,
    **_PLACE,
    "check_in_id": uuids,
    "received_at": times,
    "status": texts,
    "duration": texts,
}


async def apply_check_ins(conn: Connection, rows: Sequence[CheckInRow]) -> set[tuple[int, int]]:
    """Fold check-ins into runs, monitors and environments; the places of those that told anything
    new. Each statement sorts by key, so that workers lock rows in one order."""
    if not rows:
        return set()
    told = await insert_new(conn, sql("projections/open_check_ins"), _OPENED, rows)
    told |= await insert_new(conn, sql("projections/finish_check_ins"), _FINISHED, rows)
    key = {
        "project_id": integers([row.project_id for row in rows]),
        "monitor_slug": texts([row.monitor_slug for row in rows]),
    }
    await execute(
        conn,
        sql("projections/configure_monitors"),
        **key,
        config=texts([row.config for row in rows]),
        position=bigints([row.position for row in rows]),
        item=integers([row.item for row in rows]),
    )
    environments = texts([row.environment for row in rows])
    await execute(conn, sql("projections/note_environments"), **key, environment=environments)
    return told


async def digested_until(conn: Connection, now: datetime | None = None) -> datetime:
    """`now` (the database's clock if None), or the receipt of what waits longest to be digested."""
    row = await fetch_one(conn, sql("projections/digested_until"), now=now)
    assert row is not None
    found: datetime = row["time"]
    return found


async def recent_runs(
    conn: Connection,
    *,
    after: tuple[int, str],
    until_project: int | None,
    limit: int,
    runs: int | None = None,
    environments: Sequence[str] | None = None,
) -> list[Environment]:
    """The environments of up to `limit` monitors beyond `after` (project and slug), in key order.

    Monitors that never ran in `environments`, if given, are left out. `runs` is how many of an
    environment's runs to look at, None for as many as `judge` needs.
    """
    rows = await fetch_all(
        conn,
        sql("projections/recent_runs"),
        after_project=after[0],
        after_slug=after[1],
        until_project=until_project,
        limit=limit,
        most_environments=MOST_ENVIRONMENTS,
        environments=None if environments is None else list(environments),
        runs=runs,
    )
    return list(_environments(rows))


def config_of(text: str | None) -> MonitorConfig | None:
    """A configuration from its JSON, which is read once for all the rows that repeat it."""
    return None if text is None else stored_monitor_config(orjson.loads(text))


def run_of(row: DictRow) -> Run:
    """A run of `monitor_runs`."""
    return Run(
        row["check_in_id"],
        Status(row["status"]),
        row["started_at"],
        row["finished_at"],
        row["release"],
    )


def _environments(rows: Sequence[DictRow]) -> Iterator[Environment]:
    for key, found in groupby(rows, itemgetter("project_id", "slug", "environment")):
        newest_first = list(found)
        project_id, slug, environment = key
        config = config_of(newest_first[0]["config"])
        runs = sorted(map(run_of, newest_first), key=lambda run: run.started_at)
        yield Environment(project_id, slug, config, environment, runs)
