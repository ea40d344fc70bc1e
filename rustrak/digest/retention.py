"""What goes of the ledger: the age that the installation and each project chose, week by week."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rustrak.accounts.settings import Retention, read_retention
from rustrak.database.pool import Connection, execute, fetch_all, patiently
from rustrak.database.queries import sql
from rustrak.ledger.past import hold_past
from rustrak.ledger.retention import (
    Trim,
    Week,
    drop_week,
    past_weeks,
    trim_week,
    trimmed_weeks,
)

KEPT: Final = 5
"""Of an issue, a release and an environment so many events of each end of a week are kept."""
_POINTERS: Final = (
    sql("digest/delete_old_logs"),
    sql("digest/delete_old_spans"),
    sql("digest/delete_old_attachments"),
    sql("digest/delete_old_item_outcomes"),
)
"""Rows that are nothing without their bodies, and that nothing is counted from."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done about one week."""

    week: Week
    dropped: tuple[int, ...]
    """Projects whose age it is past."""
    thinned: tuple[int, ...]
    is_whole: bool
    """Nobody keeps anything of it."""


async def plan(conn: Connection, days: int | None, now: datetime) -> list[Step]:
    """What has come to its age and was not done yet; `days` is the installation's."""
    rows = await fetch_all(conn, sql("digest/list_retentions"))
    chosen = {row["id"]: read_retention(row["retention"]) for row in rows}
    done = await trimmed_weeks(conn)
    steps = (_step(week, chosen, days, done, now) for week in await past_weeks(conn))
    return [step for step in steps if step.dropped or step.thinned or step.is_whole]


def _step(
    week: Week,
    chosen: Mapping[int, Retention],
    days: int | None,
    done: Mapping[tuple[int, datetime], bool],
    now: datetime,
) -> Step:
    def is_past(age: int | None) -> bool:
        return age is not None and week.ends <= now - timedelta(days=age)

    old = {project for project, kept in chosen.items() if is_past(kept.days or days)}
    gone = {project for project in chosen if done.get((project, week.week))}
    thin = {project for project, kept in chosen.items() if is_past(kept.thin_after_days)}
    touched = {project for project in chosen if (project, week.week) in done}
    return Step(
        week,
        dropped=tuple(sorted(old - gone)),
        thinned=tuple(sorted(thin - old - touched)),
        is_whole=bool(chosen) and chosen.keys() == old | gone,
    )


async def forget(conn: Connection, days: int | None, now: datetime) -> AsyncIterator[Step]:
    """Do what is planned, a week at a time; yields each that is done.

    `conn` is in autocommit mode. Raises Conflict where somebody else is at work on the ledger,
    RustrakError when a week was locked for a minute.
    """
    async with hold_past(conn):
        for step in await plan(conn, days, now):
            await _take(conn, step)
            yield step


async def _take(conn: Connection, step: Step) -> None:
    week = step.week
    await _delete_pointers(conn, week, step.dropped)
    if step.is_whole:
        await drop_week(conn, week, step.dropped)
        return
    dull = {project: await _dull(conn, project, week) for project in step.thinned}
    await trim_week(conn, week, Trim(step.dropped, dull))


async def _delete_pointers(conn: Connection, week: Week, projects: Sequence[int]) -> None:
    async with patiently(conn):
        for query in _POINTERS:
            await execute(conn, query, project_ids=list(projects), since=week.week, until=week.ends)


async def _dull(conn: Connection, project_id: int, week: Week) -> list[int]:
    """Positions of events that tell nothing new."""
    async with patiently(conn):
        rows = await fetch_all(
            conn,
            sql("digest/find_dull_events"),
            project_id=project_id,
            since=week.week,
            until=week.ends,
            kept=KEPT,
        )
    return [row["position"] for row in rows]
