"""Events by the hour or day, for charts: of issues and of projects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from rustrak.database.arrays import integers, uuids
from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql

IssueKey = tuple[int, UUID]
"""Project and issue."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time up to now, in hours or days of UTC, the running one included."""

    unit: str
    length: int

    def starts(self, now: datetime) -> list[datetime]:
        """When each hour or day begins, oldest first; `now` in UTC."""
        running = now.replace(minute=0, second=0, microsecond=0)
        step = timedelta(hours=1)
        if self.unit == "day":
            running, step = running.replace(hour=0), timedelta(days=1)
        return [running - ago * step for ago in reversed(range(self.length))]


DAY: Final = Window("hour", 24)
MONTH: Final = Window("day", 30)
WINDOWS: Final[Mapping[str, Window]] = {"24h": DAY, "30d": MONTH}


@dataclass(frozen=True, slots=True)
class Bar:
    """The events received in the hour or day that begins then."""

    start: datetime
    event_count: int


async def sparklines(
    conn: Connection,
    issues: Sequence[IssueKey],
    window: Window,
    *,
    now: datetime,
    environments: Sequence[str] | None = None,
) -> dict[IssueKey, list[Bar]]:
    """A chart of each issue; hours without events are in it with 0. No environments are all."""
    starts = window.starts(now)
    rows = await fetch_all(
        conn,
        sql("search/list_issue_hours"),
        in_projects=integers([project_id for project_id, _ in issues]),
        issue_ids=uuids([issue_id for _, issue_id in issues]),
        unit=window.unit,
        since=starts[0],
        environments=list(environments) if environments else None,
    )
    counts = {
        (row["project_id"], row["issue_id"], row["start"]): row["event_count"] for row in rows
    }
    return {
        issue: [Bar(start, counts.get((*issue, start), 0)) for start in starts] for issue in issues
    }


async def project_stats(
    conn: Connection,
    project_ids: Sequence[int],
    window: Window,
    *,
    now: datetime,
    environments: Sequence[str] | None = None,
) -> list[Bar]:
    """A chart of some projects together."""
    starts = window.starts(now)
    rows = await fetch_all(
        conn,
        sql("search/list_project_hours"),
        project_ids=list(project_ids),
        unit=window.unit,
        since=starts[0],
        environments=list(environments) if environments else None,
    )
    counts = {row["start"]: row["event_count"] for row in rows}
    return [Bar(start, counts.get(start, 0)) for start in starts]
