"""Cron monitors and their check-ins."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final

from psycopg.rows import DictRow

from rustrak.api.call import Call
from rustrak.api.cursors import ItemPlace, Place, cut, read_cursor
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound
from rustrak.items.monitoring import current_status, next_expected, sign_of
from rustrak.items.schedules import MonitorConfig, write_monitor_config
from rustrak.projections.monitors import (
    Environment,
    config_of,
    digested_until,
    recent_runs,
    run_of,
)
from rustrak.schemas.base import CursorPage, EnvironmentQuery, Text
from rustrak.schemas.monitors import (
    CheckIn,
    CronConfig,
    Monitor,
    MonitorEnvironment,
)

RUNS: Final = 10
"""Runs looked at for a monitor's status; more may overlap, but then the eleventh is long over."""


class MonitorPlace(Place):
    slug: Text


async def list_monitors(call: Call, query: EnvironmentQuery) -> CursorPage[Monitor]:
    """Cron monitors in the order of their slugs; with what ran in some environments, if asked."""
    beyond = read_cursor(query.cursor, MonitorPlace)
    async with call.connection() as conn:
        now = await digested_until(conn)
        found = await recent_runs(
            conn,
            after=(call.project_id, beyond.slug if beyond else ""),
            until_project=call.project_id,
            limit=query.limit + 1,
            runs=RUNS,
            environments=query.environment,
        )
    monitors = [
        _monitor(name, list(environments), now)
        for name, environments in groupby(found, attrgetter("slug"))
    ]
    shown, cursor = cut(monitors, query.limit, lambda last: MonitorPlace(slug=last.slug))
    return CursorPage[Monitor].of(list(shown), cursor)


async def list_check_ins(call: Call, query: EnvironmentQuery) -> CursorPage[CheckIn]:
    """The runs of a monitor, newest first."""
    slug = call.text("slug")
    beyond = read_cursor(query.cursor, ItemPlace)
    async with call.connection() as conn:
        now = await digested_until(conn)
        config = await _find_config(conn, call.project_id, slug)
        rows = await fetch_all(
            conn,
            sql("api/list_check_ins"),
            project_id=call.project_id,
            slug=slug,
            environments=query.environment,
            position=beyond and beyond.position,
            item=beyond and beyond.item,
            limit=query.limit + 1,
        )
    shown, cursor = cut(rows, query.limit, ItemPlace.model_validate)
    return CursorPage[CheckIn].of([_check_in(row, config, now) for row in shown], cursor)


async def _find_config(conn: Connection, project_id: int, slug: str) -> MonitorConfig | None:
    """The configuration of a monitor, if it has any. Raises NotFound."""
    row = await fetch_one(conn, sql("api/find_monitor"), project_id=project_id, slug=slug)
    if row is None:
        raise NotFound(f"Monitor {slug[:40]} not found")
    return config_of(row["config"])


def _monitor(slug: str, environments: Sequence[Environment], now: datetime) -> Monitor:
    config = environments[0].config
    shown = None if config is None else CronConfig.model_validate(write_monitor_config(config))
    return Monitor(
        slug=slug,
        config=shown,
        environments=[
            MonitorEnvironment(
                environment=found.environment,
                status=current_status(config, found.runs, now),
                last_check_in=found.runs[-1].started_at,
                next_expected=next_expected(config, found.runs, now),
            )
            for found in environments
        ],
    )


def _check_in(row: DictRow, config: MonitorConfig | None, now: datetime) -> CheckIn:
    return CheckIn(
        check_in_id=row["check_in_id"] if row["has_id"] else None,
        environment=row["environment"],
        status=sign_of(run_of(row), config, now).status,
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        duration=row["duration"],
        release=row["release"],
    )
