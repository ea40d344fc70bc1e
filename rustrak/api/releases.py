"""Releases: listed with what is known of them, and their health by the hour."""

from psycopg.rows import DictRow
from pydantic import AwareDatetime

from rustrak.api.call import Call
from rustrak.api.cursors import Place, cut, read_cursor
from rustrak.database.pool import fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound
from rustrak.schemas.base import CursorPage, EnvironmentQuery, Text
from rustrak.schemas.releases import (
    Health,
    HealthQuery,
    HourOfHealth,
    Release,
    ReleaseHealth,
)


class ReleasePlace(Place):
    first_seen: AwareDatetime
    release: Text


async def list_releases(call: Call, query: EnvironmentQuery) -> CursorPage[Release]:
    """The releases that events or sessions name, the newest first; in some environments, if asked,
    with what is counted there."""
    beyond = read_cursor(query.cursor, ReleasePlace)
    async with call.connection() as conn:
        rows = await fetch_all(
            conn,
            sql("api/list_releases"),
            project_id=call.project_id,
            before=beyond and beyond.first_seen,
            release=beyond.release if beyond else "",
            environments=query.environment,
            limit=query.limit + 1,
        )
    shown, cursor = cut(rows, query.limit, ReleasePlace.model_validate)
    return CursorPage[Release].of([_release(row) for row in shown], cursor)


async def get_health(call: Call, query: HealthQuery) -> ReleaseHealth:
    """The sessions and users of a release, in total and by the hour."""
    version, hours = call.text("version"), query.starts()
    async with call.connection() as conn:
        known = await fetch_one(
            conn, sql("api/has_release"), project_id=call.project_id, release=version
        )
        if known is None or not known["found"]:
            raise NotFound(f"Release {version[:200]} not found")
        rows = await fetch_all(
            conn,
            sql("api/release_health"),
            project_id=call.project_id,
            release=version,
            environments=query.environment,
            first=hours[0],
            last=hours[-1],
        )
    by_hour = {row["hour"]: row for row in rows}
    return ReleaseHealth(
        version=version,
        environment=None if query.environment is None else ",".join(query.environment),
        totals=Health(**_health(by_hour[None])),
        series=[HourOfHealth(hour=hour, **_health(by_hour.get(hour))) for hour in hours],
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
