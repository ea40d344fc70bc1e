"""What is counted of events: by issues, their tags, users, environments and hours; and by the hours
of projects."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final
from uuid import UUID

from rustrak.database.arrays import integers, texts, times, uuids
from rustrak.database.pool import Connection, execute
from rustrak.database.queries import sql
from rustrak.projections.event_row import EventRow
from rustrak.projections.fold_tags import fold_tags
from rustrak.projections.insert import Columns

_COLUMNS: Final[Columns] = {
    "project_id": integers,
    "issue_id": uuids,
    "environment": texts,
    "received_at": times,
}
_HOURS: Final = ("projections/fold_issue_hours", "projections/fold_project_hours")
"""In the order of their locks."""

_DELETIONS: Final = (
    "projections/delete_project_hours",
    "projections/delete_issue_hours",
    "projections/delete_issue_tags",
    "projections/delete_issue_environments",
)


async def fold_aggregates(conn: Connection, rows: Sequence[EventRow]) -> None:
    """Count events that were inserted by this transaction and whose issues it has upserted."""
    if not rows:
        return
    await fold_tags(conn, rows)
    columns = {name: column([*map(attrgetter(name), rows)]) for name, column in _COLUMNS.items()}
    for name in _HOURS:
        await execute(conn, sql(name), **columns)


async def delete_aggregates(
    conn: Connection, *, project_id: int, issue_ids: Sequence[UUID]
) -> None:
    """Forget what was counted of some issues; the caller owns the project."""
    for name in _DELETIONS:
        await execute(conn, sql(name), project_id=project_id, issue_ids=list(issue_ids))
