"""Cron monitors and their check-ins. Positions in lists are opaque cursors."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from aiohttp import web
from psycopg.rows import DictRow

from rustrak.accounts.projects import get_project
from rustrak.api.access import Actor
from rustrak.api.context import POOL
from rustrak.api.cursors import parse_cursor, write_cursor
from rustrak.api.old_messages import number_in_path, page_limit, reply
from rustrak.api.schemas import Reply
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Invalid, NotFound
from rustrak.items.monitoring import Status, current_status, next_expected, sign_of
from rustrak.items.schedules import MonitorConfig, write_monitor_config
from rustrak.projections.monitors import (
    Environment,
    config_of,
    digested_until,
    recent_runs,
    run_of,
)

RUNS: Final = 10
"""Runs looked at for a monitor's status; more may overlap, but then the eleventh is long over."""


class Schedule(Reply):
    """`value` is a crontab, or a number of `unit`s."""

    type: str
    value: str | int
    unit: str | None = None


class Config(Reply):
    """As the SDK sent it, with defaults filled in; margin and run time in minutes."""

    schedule: Schedule
    checkin_margin: int
    max_runtime: int
    timezone: str
    failure_issue_threshold: int
    recovery_threshold: int


class MonitorEnvironment(Reply):
    environment: str
    status: Status
    last_check_in: datetime
    """When the latest run started."""
    next_expected: datetime | None


class Monitor(Reply):
    slug: str
    config: Config | None
    environments: list[MonitorEnvironment]


class Monitors(Reply):
    items: list[Monitor]
    next_cursor: str | None
    has_more: bool


class CheckIn(Reply):
    """A run. `check_in_id` is null when the SDK gave none, `duration` is in seconds."""

    check_in_id: UUID | None
    environment: str
    status: Status
    started_at: datetime
    finished_at: datetime | None
    duration: float | None
    release: str


class CheckIns(Reply):
    items: list[CheckIn]
    next_cursor: str | None
    has_more: bool


async def list_monitors(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/monitors?limit&cursor, in the order of their slugs."""
    project_id = number_in_path(request, "project_id")
    limit = page_limit(request)
    (slug,) = _beyond(request, str) or ("",)
    async with request.app[POOL].connection() as conn:
        await get_project(conn, project_id)
        now = await digested_until(conn)
        found = await recent_runs(
            conn,
            after=(project_id, slug),
            until_project=project_id,
            limit=limit + 1,
            runs=RUNS,
        )
    monitors = [
        _monitor(name, list(environments), now)
        for name, environments in groupby(found, attrgetter("slug"))
    ]
    page, has_more = monitors[:limit], len(monitors) > limit
    cursor = write_cursor([page[-1].slug]) if has_more else None
    return reply(Monitors(items=page, next_cursor=cursor, has_more=has_more))


async def list_check_ins(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/monitors/{slug}/check-ins?environment&limit&cursor"""
    project_id, slug = number_in_path(request, "project_id"), request.match_info["slug"]
    limit = page_limit(request)
    position, item = _beyond(request, int, int) or (None, None)
    async with request.app[POOL].connection() as conn:
        now = await digested_until(conn)
        config = await _find_config(conn, project_id, slug)
        rows = await fetch_all(
            conn,
            sql("api/list_check_ins"),
            project_id=project_id,
            slug=slug,
            environment=_text(request.query.get("environment")),
            position=position,
            item=item,
            limit=limit + 1,
        )
    page, has_more = rows[:limit], len(rows) > limit
    cursor = write_cursor([page[-1]["position"], page[-1]["item"]]) if has_more else None
    shown = [_check_in(row, config, now) for row in page]
    return reply(CheckIns(items=shown, next_cursor=cursor, has_more=has_more))


async def _find_config(conn: Connection, project_id: int, slug: str) -> MonitorConfig | None:
    """The configuration of a monitor, if it has any. Raises NotFound."""
    wanted = _text(slug)
    row = await fetch_one(conn, sql("api/find_monitor"), project_id=project_id, slug=wanted)
    if row is None:
        raise NotFound(f"Monitor {slug[:40]} not found")
    return config_of(row["config"])


def _monitor(slug: str, environments: Sequence[Environment], now: datetime) -> Monitor:
    config = environments[0].config
    shown = None if config is None else Config.model_validate(write_monitor_config(config))
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


def _text(value: str | None) -> str | None:
    """What PostgreSQL can be asked for; no name has a NUL or a lone surrogate."""
    if value is None:
        return None
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _beyond(request: web.Request, *kinds: type) -> Any:
    """The place a cursor stands for, None without one. Raises Invalid."""
    cursor = request.query.get("cursor")
    if cursor is None:
        return None
    place = parse_cursor(cursor)
    if not isinstance(place, list) or tuple(map(type, place)) != kinds:
        raise Invalid("Invalid cursor format")
    if any("\0" in part if isinstance(part, str) else not 0 <= part < 2**63 for part in place):
        raise Invalid("Invalid cursor format")
    return place
