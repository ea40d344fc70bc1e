"""Fold events into the read tables, in the caller's transaction, with a handful of statements a
batch.

Order of locks, the same for every worker: projects (shared), events, issue numbers, groupings,
issues, what is counted of them, releases; within a table by key. Two workers therefore never wait
for each other in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from rustrak.database.arrays import Column, bigints, hex_uuids, integers, texts, times, uuids
from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.projections.changes import Change, ChangeKind, change_by
from rustrak.projections.event_row import EventRow
from rustrak.projections.fold_aggregates import fold_aggregates
from rustrak.projections.fold_issues import IssueFold, fold_issues
from rustrak.projections.fold_releases import fold_releases
from rustrak.projections.folded import Place
from rustrak.projections.insert import Columns, insert_new

Key = tuple[int, UUID]


@dataclass(slots=True)
class Applied:
    """What became of the events of one batch, and what changed for the issues."""

    applied: list[EventRow] = field(default_factory=list)
    duplicate: list[EventRow] = field(default_factory=list)
    deleted: list[EventRow] = field(default_factory=list)
    """Received before their issue was deleted; they stay out."""
    changes: list[Change] = field(default_factory=list)
    """Issues opened."""
    watched: set[Key] = field(default_factory=set)
    """Issues that these events may bring back to attention."""


@dataclass(slots=True)
class _Destination:
    """Where a grouping leads, as far as the database knows before this batch."""

    issue_id: UUID
    is_known: bool
    is_watched: bool
    deleted_at: datetime | None
    decision: int | None
    """The deletion."""


async def apply_events(conn: Connection, rows: Sequence[EventRow]) -> Applied:
    """Insert the events that are new and count them once; the rest is a duplicate.

    Sets `issue_id` of rows whose grouping leads to another issue than the one it would open.
    """
    result = Applied()
    if not rows:
        return result
    await share_projects(conn, {row.project_id for row in rows})
    destinations = await _find_destinations(conn, rows)
    wanted = _route(rows, destinations, result)
    await _record_deleted(conn, result.deleted, destinations)
    wanted.sort(key=_in_key_order)
    fresh = await insert_new(conn, sql("projections/insert_events"), _EVENT_COLUMNS, wanted)
    result.applied = [row for row in wanted if (row.position, row.item) in fresh]
    await _explain_others(conn, wanted, fresh, result)
    folds = fold_issues(result.applied)
    await _open_groupings(conn, result, destinations)
    await _upsert_issues(conn, folds)
    await fold_aggregates(conn, result.applied)
    await fold_releases(conn, rows, applied=result.applied)
    result.watched = {
        (row.project_id, row.issue_id)
        for row in result.applied
        if destinations[row.project_id, row.grouping_id].is_watched
    }
    return result


async def share_projects(conn: Connection, project_ids: set[int]) -> None:
    """Hold off whoever rearranges these projects (delete, merge) until the transaction ends."""
    await execute(conn, sql("projections/share_projects"), project_ids=sorted(project_ids))


async def own_project(conn: Connection, project_id: int) -> None:
    """Wait for digests under way in a project, and hold off the next, until the transaction
    ends."""
    await execute(conn, sql("projections/own_project"), project_id=project_id)


async def _find_destinations(conn: Connection, rows: Sequence[EventRow]) -> dict[Key, _Destination]:
    keys = sorted({(row.project_id, row.grouping_id) for row in rows})
    found = await fetch_all(
        conn,
        sql("projections/find_destinations"),
        project_ids=integers([key[0] for key in keys]),
        grouping_ids=uuids([key[1] for key in keys]),
    )
    return {
        (row["project_id"], row["grouping_id"]): _Destination(
            row["issue_id"],
            row["is_known"],
            row["is_watched"],
            row["deleted_at"],
            row["decision"],
        )
        for row in found
    }


def _route(
    rows: Sequence[EventRow], destinations: dict[Key, _Destination], result: Applied
) -> list[EventRow]:
    wanted = []
    for row in rows:
        destination = destinations[row.project_id, row.grouping_id]
        row.issue_id = destination.issue_id
        if destination.deleted_at is not None and row.received_at <= destination.deleted_at:
            result.deleted.append(row)
        else:
            wanted.append(row)
    return wanted


async def _record_deleted(
    conn: Connection, rows: Sequence[EventRow], destinations: dict[Key, _Destination]
) -> None:
    """What was on its way when its issue was deleted is a part of what was deleted."""
    if not rows:
        return
    decisions = [destinations[row.project_id, row.grouping_id].decision or 0 for row in rows]
    await execute(
        conn, sql("projections/record_deleted"), **_places(rows), decisions=bigints(decisions)
    )


async def _explain_others(
    conn: Connection, wanted: Sequence[EventRow], fresh: set[Place], result: Applied
) -> None:
    """What was not inserted was deleted, or is there already."""
    others = [row for row in wanted if (row.position, row.item) not in fresh]
    if not others:
        return
    found = await fetch_all(conn, sql("projections/find_deleted"), **_places(others))
    deleted = {(row["position"], row["item"]) for row in found}
    for row in others:
        is_deleted = (row.position, row.item) in deleted
        (result.deleted if is_deleted else result.duplicate).append(row)


def _places(rows: Sequence[EventRow]) -> dict[str, Column]:
    return {
        "project_ids": integers([row.project_id for row in rows]),
        "positions": bigints([row.position for row in rows]),
        "items": integers([row.item for row in rows]),
    }


_EVENT_COLUMNS: Columns = {
    "project_id": integers,
    "event_id": hex_uuids,
    "issue_id": uuids,
    "grouping_id": uuids,
    "position": bigints,
    "item": integers,
    "received_at": times,
    "timestamp": times,
    "title": texts,
    "culprit": texts,
    "level": texts,
    "platform": texts,
    "release": texts,
    "environment": texts,
    "server_name": texts,
    "sdk_name": texts,
    "sdk_version": texts,
    "user_ident": texts,
    "tags": texts,
}
_in_key_order = attrgetter("project_id", "event_id", "position", "item")
_in_order_of_arrival = attrgetter("position", "item")


async def _open_groupings(
    conn: Connection, result: Applied, destinations: dict[Key, _Destination]
) -> None:
    """Allot numbers to new issues, in the order their first events arrived, and note their
    groupings."""
    unknown: dict[Key, EventRow] = {}
    for row in sorted(result.applied, key=_in_order_of_arrival):
        key = (row.project_id, row.grouping_id)
        if not destinations[key].is_known:
            unknown.setdefault(key, row)
    if not unknown:
        return
    projects = sorted({key[0] for key in unknown})
    await execute(conn, sql("projections/lock_numbers"), project_ids=projects)
    first = list(unknown.values())
    await execute(
        conn,
        sql("projections/allot_numbers"),
        project_ids=integers([row.project_id for row in first]),
        issue_ids=uuids([row.issue_id for row in first]),
    )
    first.sort(key=attrgetter("project_id", "grouping_id"))
    opened = await fetch_all(
        conn,
        sql("projections/insert_groupings"),
        project_ids=integers([row.project_id for row in first]),
        grouping_ids=uuids([row.grouping_id for row in first]),
        issue_ids=uuids([row.issue_id for row in first]),
        versions=texts([row.grouping_version for row in first]),
        keys=texts([row.grouping_key for row in first]),
    )
    result.changes = [
        change_by(unknown[row["project_id"], row["id"]], ChangeKind.OPENED) for row in opened
    ]


async def _upsert_issues(conn: Connection, folds: Sequence[IssueFold]) -> None:
    if not folds:
        return
    newest, first = [fold.newest for fold in folds], [fold.first for fold in folds]
    await execute(
        conn,
        sql("projections/upsert_issues"),
        project_ids=integers([fold.project_id for fold in folds]),
        issue_ids=uuids([fold.issue_id for fold in folds]),
        first_seen=times([fold.first_seen for fold in folds]),
        last_seen=times([fold.last_seen for fold in folds]),
        event_counts=bigints([fold.event_count for fold in folds]),
        positions=bigints([row.position for row in newest]),
        titles=texts([row.title for row in newest]),
        values=texts([row.value for row in newest]),
        culprits=texts([row.culprit for row in newest]),
        levels=texts([row.level for row in newest]),
        platforms=texts([row.platform for row in newest]),
        newest_releases=texts([row.release for row in newest]),
        first_positions=bigints([row.position for row in first]),
        first_releases=texts([row.release for row in first]),
    )
