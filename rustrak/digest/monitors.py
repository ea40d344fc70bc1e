"""The watch over monitors, once a minute: failures become events in the ledger, and a monitor that
is well again has its issue resolved.

Keeps no state of its own: what was told is known by the ids of the events, what was deleted by its
deletion. A watch that is lost, late or doubled therefore changes nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.database.arrays import integers, times, uuids
from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql
from rustrak.digest.alarms import alarm, alarm_grouping, alarm_id
from rustrak.items.monitoring import Sign, Verdict, judge
from rustrak.ledger.decisions import DecisionKind
from rustrak.ledger.envelopes import append_envelopes
from rustrak.logging import Note, log
from rustrak.projections.decide import decide
from rustrak.projections.monitors import Environment, digested_until, recent_runs

PAGE: Final = 100  # monitors looked at with one query
TOLD_WITHIN: Final = timedelta(days=1)
"""How late a failed run may still be told of; a new configuration must not raise old alarms."""
ACTOR: Final = "monitor"
"""Who resolves the issue of a monitor that is well again."""


@dataclass(slots=True)
class Watched:
    """What one watch did."""

    told: int = 0
    """Events appended."""
    resolved: int = 0
    """Issues resolved."""


Judged = tuple[Environment, Verdict]


async def watch_monitors(
    conn: Connection, now: datetime | None = None, page: int = PAGE
) -> Watched:
    """Look at every monitor as of `now` (the database's clock if None); `conn` in autocommit mode.

    What was received but is not digested yet holds the clock back: nobody is late because we are.
    """
    now = await digested_until(conn, now)
    watched = Watched()
    after = (0, "")
    while monitors := await recent_runs(conn, after=after, until_project=None, limit=page):
        judged = [(monitor, await _judge(monitor, now)) for monitor in monitors]
        await _tell(conn, judged, now, watched)
        await _resolve(conn, judged, watched)
        after = (monitors[-1].project_id, monitors[-1].slug)
    if watched.told or watched.resolved:
        log.info(Note.MONITORS_WATCHED, told=watched.told, resolved=watched.resolved)
    return watched


async def _judge(monitor: Environment, now: datetime) -> Verdict:
    """Judge one, then give the digest of this process its turn."""
    verdict = judge(monitor.config, monitor.runs, now)
    await asyncio.sleep(0)
    return verdict


async def _tell(
    conn: Connection, judged: Sequence[Judged], now: datetime, watched: Watched
) -> None:
    """Append an event for each failure that was not told of before."""
    alarms = [
        (monitor, sign)
        for monitor, verdict in judged
        for sign in verdict.alarms
        if sign.run is None or sign.known_at >= now - TOLD_WITHIN
    ]
    if not alarms:
        return
    deleted = await _deletions(conn, [monitor for monitor, _ in alarms])
    told = await _told(conn, alarms)
    arrivals = [
        alarm(monitor, sign)
        for monitor, sign in alarms
        if alarm_id(monitor, sign) not in told and not _is_deleted(deleted, monitor, sign)
    ]
    if arrivals:
        await append_envelopes(conn, arrivals)
        watched.told += len(arrivals)


async def _told(conn: Connection, alarms: Sequence[tuple[Environment, Sign]]) -> set[UUID]:
    rows = await fetch_all(
        conn,
        sql("digest/find_told"),
        project_ids=integers([monitor.project_id for monitor, _ in alarms]),
        event_ids=uuids([alarm_id(monitor, sign) for monitor, sign in alarms]),
    )
    return {row["event_id"] for row in rows}


async def _deletions(
    conn: Connection, monitors: Sequence[Environment]
) -> dict[tuple[int, UUID], datetime]:
    """When the issues of these monitors were deleted, by grouping; their events went with them."""
    rows = await _destinations(conn, monitors)
    return {key: row["deleted_at"] for key, row in rows.items() if row["deleted_at"] is not None}


def _is_deleted(
    deleted: dict[tuple[int, UUID], datetime], monitor: Environment, sign: Sign
) -> bool:
    """Whether the issue was deleted after this failure; it must not come back by itself."""
    deleted_at = deleted.get(_grouping(monitor))
    return deleted_at is not None and sign.known_at <= deleted_at


async def _resolve(conn: Connection, judged: Sequence[Judged], watched: Watched) -> None:
    """Resolve the issues of monitors that are well; one that a person muted or reopened since
    stays."""
    well = [
        (monitor, verdict.recovered_at)
        for monitor, verdict in judged
        if verdict.recovered_at is not None
    ]
    if not well:
        return
    destinations = await _destinations(conn, [monitor for monitor, _ in well])
    rows = await fetch_all(
        conn,
        sql("digest/find_open_issues"),
        project_ids=integers([monitor.project_id for monitor, _ in well]),
        issue_ids=uuids([destinations[_grouping(monitor)]["issue_id"] for monitor, _ in well]),
        recovered_at=times([recovered_at for _, recovered_at in well]),
    )
    for row in rows:
        async with conn.transaction():
            await decide(
                conn,
                project_id=row["project_id"],
                kind=DecisionKind.RESOLVE,
                actor=ACTOR,
                issues={row["id"]: {}},
            )
    watched.resolved += len(rows)


async def _destinations(
    conn: Connection, monitors: Sequence[Environment]
) -> dict[tuple[int, UUID], DictRow]:
    """The issues that the alarms of these monitors lead to, by grouping."""
    keys = sorted({_grouping(monitor) for monitor in monitors})
    rows = await fetch_all(
        conn,
        sql("projections/find_destinations"),
        project_ids=integers([project_id for project_id, _ in keys]),
        grouping_ids=uuids([found for _, found in keys]),
    )
    return {(row["project_id"], row["grouping_id"]): row for row in rows}


def _grouping(monitor: Environment) -> tuple[int, UUID]:
    """Project and grouping."""
    found = alarm_grouping(monitor.project_id, monitor.slug, monitor.environment)
    return monitor.project_id, found
