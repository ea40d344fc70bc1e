"""Issues that come back to attention by themselves: a regression, the end of a mute.

What the clock or the order of arrival has a say in is judged once, where it happens, and written
down as a decision of Rustrak: a rebuild folds the verdict and judges nothing again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.database.arrays import integers, uuids
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.ledger.decisions import RUSTRAK, DecisionKind
from rustrak.projections.changes import Change, ChangeKind, change_by
from rustrak.projections.decide import decide
from rustrak.projections.event_row import EventRow
from rustrak.projections.release_order import compare_releases

MOST_MUTES: Final = 100  # ended in one transaction

Key = tuple[int, UUID]


async def bring_back(conn: Connection, rows: Iterable[EventRow], watched: set[Key]) -> list[Change]:
    """Judge the watched issues that new events were just counted for.

    The rows of those issues are held since, so of several workers one finds a regression.
    """
    events: dict[Key, list[EventRow]] = defaultdict(list)
    for row in rows:
        if (row.project_id, row.issue_id) in watched:
            events[row.project_id, row.issue_id].append(row)
    if not events:
        return []
    issues = await fetch_all(
        conn,
        sql("projections/find_watched"),
        project_ids=integers([key[0] for key in events]),
        issue_ids=uuids([key[1] for key in events]),
    )
    changes = []
    for issue in issues:
        change = await _judge(conn, issue, events[issue["project_id"], issue["id"]])
        if change is not None:
            changes.append(change)
    return changes


async def end_due_mutes(conn: Connection, now: datetime | None = None) -> list[Change]:
    """End up to a hundred mutes whose time is up at `now` (the database's clock if None), in the
    caller's transaction."""
    rows = await fetch_all(conn, sql("projections/find_ended_mutes"), now=now, limit=MOST_MUTES)
    for row in rows:
        await _decide(conn, row, DecisionKind.UNMUTE, reason="until")
    return [_unmuted(row) for row in rows]


async def _judge(conn: Connection, issue: DictRow, events: Sequence[EventRow]) -> Change | None:
    ordered = sorted(events, key=attrgetter("position", "item"))
    after = [row for row in ordered if row.received_at > issue["status_decided_at"]]
    if not after:
        return None
    if issue["status"] == "muted":
        reason = _limit_reached(issue)
        if reason is None:
            return None
        await _decide(conn, issue, DecisionKind.UNMUTE, reason=reason, event_id=after[-1].event_id)
        return change_by(after[-1], ChangeKind.UNMUTED)
    cause = await _regression(conn, issue, after)
    if cause is None:
        return None
    await _decide(conn, issue, DecisionKind.REGRESS, event_id=cause.event_id, release=cause.release)
    return change_by(cause, ChangeKind.REGRESSED)


def _limit_reached(issue: DictRow) -> str | None:
    """Which limit of a mute its counts have reached."""
    details = issue["status_details"]
    for limit, count in (("ignore_count", "event_count"), ("ignore_user_count", "user_count")):
        if limit in details and issue[count] - details[count] >= details[limit]:
            return limit
    return None


async def _regression(
    conn: Connection, issue: DictRow, events: Sequence[EventRow]
) -> EventRow | None:
    """The first event that opens a resolved issue again: any, or one of a release that the
    resolution has to hold in."""
    details = issue["status_details"]
    if "in_release" not in details and "in_next_release" not in details:
        return events[0]
    first: dict[str, EventRow] = {}
    for row in events:
        first.setdefault(row.release, row)
    first.pop("", None)
    for release, row in first.items():
        if await _must_hold(conn, issue, release):
            return row
    return None


async def _must_hold(conn: Connection, issue: DictRow, release: str) -> bool:
    """Whether an issue should be gone in a release: the named one or a newer one, by version if the
    two can be compared, else by when they were first heard of; or one first heard of after the
    decision."""
    named = issue["status_details"].get("in_release")
    if named is None:
        return not await _was_sighted(conn, issue, release, issue["status_decided_at"])
    if release == named:
        return True
    order = compare_releases(release, named)
    if order is not None:
        return order >= 0
    row = await fetch_one(
        conn, sql("projections/first_sighting"), project_id=issue["project_id"], release=named
    )
    return row is not None and not await _was_sighted(conn, issue, release, row["first_seen"])


async def _was_sighted(conn: Connection, issue: DictRow, release: str, moment: datetime) -> bool:
    row = await fetch_one(
        conn,
        sql("projections/was_sighted"),
        project_id=issue["project_id"],
        release=release,
        moment=moment,
    )
    return bool(row and row["found"])


async def _decide(conn: Connection, issue: DictRow, kind: DecisionKind, **details: Any) -> None:
    await decide(
        conn,
        project_id=issue["project_id"],
        kind=kind,
        actor=RUSTRAK,
        issues={issue["id"]: details},
    )


def _unmuted(issue: DictRow) -> Change:
    """The end of a mute that no event brought about."""
    return Change(
        project_id=issue["project_id"],
        issue_id=issue["id"],
        kind=ChangeKind.UNMUTED,
        level=issue["level"] or "",
        environment="",
        release="",
    )
