"""Releases: listed with what is known of them, and their health by the hour."""

from datetime import datetime

from aiohttp import web
from psycopg.rows import DictRow

from rustrak.accounts.projects import get_project
from rustrak.api.access import Actor
from rustrak.api.context import POOL
from rustrak.api.cursors import parse_cursor, write_cursor
from rustrak.api.hours import last_hours
from rustrak.api.old_messages import number_in_path, page_limit, reply
from rustrak.api.schemas import Reply
from rustrak.database.pool import fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Invalid, NotFound
from rustrak.protocol.jsontext import clean_text


class Release(Reply):
    version: str
    first_seen: datetime
    last_seen: datetime
    """Of events, and of the first items of sessions."""
    event_count: int
    new_issue_count: int
    """Issues whose first event is of this release."""
    sessions: int
    crashed_sessions: int
    users: int
    """Those whose sessions say who they are."""
    crash_free_session_rate: float | None
    crash_free_user_rate: float | None
    """Percent; null without sessions, or without users."""


class ReleasePage(Reply):
    items: list[Release]
    next_cursor: str | None
    has_more: bool


class Health(Reply):
    """Sessions of some time: `healthy` is all without `errored`, which holds crashed and abnormal
    ones too."""

    sessions: int
    healthy: int
    errored: int
    crashed: int
    abnormal: int
    users: int
    crashed_users: int
    crash_free_session_rate: float | None
    crash_free_user_rate: float | None


class HourOfHealth(Health):
    hour: datetime


class ReleaseHealth(Reply):
    version: str
    environment: str | None
    totals: Health
    series: list[HourOfHealth]


async def list_releases(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/releases?limit&cursor"""
    project_id = number_in_path(request, "project_id")
    limit = page_limit(request)
    before, release = _read_cursor(request.query.get("cursor"))
    async with request.app[POOL].connection() as conn:
        await get_project(conn, project_id)
        rows = await fetch_all(
            conn,
            sql("api/list_releases"),
            project_id=project_id,
            before=before,
            release=release,
            limit=limit + 1,
        )
    has_more, rows = len(rows) > limit, rows[:limit]
    return reply(
        ReleasePage(
            items=[_release(row) for row in rows],
            next_cursor=_cursor(rows[-1]) if has_more else None,
            has_more=has_more,
        )
    )


async def get_health(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/releases/{version}/health?environment&hours"""
    project_id = number_in_path(request, "project_id")
    version = clean_text(request.match_info["version"])
    environment = clean_text(request.query.get("environment", "")) or None
    hours = last_hours(request)
    async with request.app[POOL].connection() as conn:
        await get_project(conn, project_id)
        known = await fetch_one(
            conn, sql("api/has_release"), project_id=project_id, release=version
        )
        if known is None or not known["found"]:
            raise NotFound(f"Release {version[:200]} not found")
        rows = await fetch_all(
            conn,
            sql("api/release_health"),
            project_id=project_id,
            release=version,
            environment=environment,
            first=hours[0],
            last=hours[-1],
        )
    by_hour = {row["hour"]: row for row in rows}
    return reply(
        ReleaseHealth(
            version=version,
            environment=environment,
            totals=Health(**_health(by_hour[None])),
            series=[HourOfHealth(hour=hour, **_health(by_hour.get(hour))) for hour in hours],
        )
    )


def _release(row: DictRow) -> Release:
    return Release(
        version=row["release"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        event_count=row["events"],
        new_issue_count=row["new_issues"],
        sessions=row["sessions"],
        crashed_sessions=row["crashed_sessions"],
        users=row["users"],
        crash_free_session_rate=_rate(row["sessions"], row["crashed_sessions"]),
        crash_free_user_rate=_rate(row["users"], row["crashed_users"]),
    )


_COUNTED = ("sessions", "errored", "crashed", "abnormal", "users", "crashed_users")


def _health(row: DictRow | None) -> DictRow:
    """The values of a Health; all zero without a row."""
    counts = {name: int(row[name]) if row else 0 for name in _COUNTED}
    return {
        **counts,
        "healthy": counts["sessions"] - counts["errored"],
        "crash_free_session_rate": _rate(counts["sessions"], counts["crashed"]),
        "crash_free_user_rate": _rate(counts["users"], counts["crashed_users"]),
    }


def _rate(total: int, crashed: int) -> float | None:
    """Percent of what did not crash."""
    return float(100 * (total - crashed) / total) if total else None


def _cursor(row: DictRow) -> str:
    """Opaque to clients: the last release they saw."""
    return write_cursor([row["first_seen"], row["release"]])


def _read_cursor(cursor: str | None) -> tuple[datetime | None, str]:
    if cursor is None:
        return None, ""
    try:
        first_seen, release = parse_cursor(cursor)
        moment = datetime.fromisoformat(first_seen)
    except (Invalid, ValueError, TypeError):
        raise Invalid("Invalid cursor") from None
    if moment.tzinfo is None or not isinstance(release, str):
        raise Invalid("Invalid cursor")
    return moment, clean_text(release)
