"""Deleted issues: what was received until then stays out, as long as the deletion stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.database.arrays import times
from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.events.scrub import ScrubRules
from rustrak.grouping.timeline import standing
from rustrak.projections.decide import count_as_deleted
from rustrak.projections.recount import recount

_EMPTY: Final = ("projections/delete_empty_hours", "projections/delete_unused_tag_values")


@dataclass(frozen=True, slots=True)
class Deletion:
    """The last deletion of an issue that was not undone."""

    project_id: int
    issue_id: UUID
    deleted_at: datetime
    position: int


async def list_deletions(conn: Connection, project_id: int | None = None) -> list[Deletion]:
    """Those that stand, of one project or of all."""
    return last_deletions(
        await fetch_all(conn, sql("ledger/list_deletions"), project_id=project_id)
    )


def last_deletions(rows: Sequence[DictRow]) -> list[Deletion]:
    """From decisions, undone or not: those that stand. Rows have project_id and issue_id."""
    last = {}
    for row in standing(rows):
        if row["kind"] == "delete":
            last[row["project_id"], row["issue_id"]] = Deletion(
                row["project_id"], row["issue_id"], row["decided_at"], row["position"]
            )
    return list(last.values())


async def note_deletion(conn: Connection, deletion: Deletion) -> None:
    """What is received until then, and was not folded yet, stays out."""
    await execute(
        conn,
        sql("projections/note_deletions"),
        project_id=deletion.project_id,
        issue_ids=[deletion.issue_id],
        deleted_at=times([deletion.deleted_at]),
    )


async def delete_until(conn: Connection, deletion: Deletion, scrubbing: ScrubRules) -> None:
    """Take out what was folded although it was received before; later events stay. The caller
    owns the project."""
    await note_deletion(conn, deletion)
    hours = await fetch_all(
        conn,
        sql("projections/delete_events_until"),
        project_id=deletion.project_id,
        issue_id=deletion.issue_id,
        deleted_at=deletion.deleted_at,
    )
    await count_as_deleted(conn, deletion.project_id, hours)
    await recount(conn, deletion.project_id, [deletion.issue_id], scrubbing)
    for name in _EMPTY:
        await execute(conn, sql(name), project_id=deletion.project_id)


async def set_deletion(
    conn: Connection,
    project_id: int,
    issue_id: UUID,
    deletion: Deletion | None,
    scrubbing: ScrubRules,
) -> None:
    """Let this be the deletion that counts, or none: after something was undone. Events that may
    come back are noted as not applied until somebody replays them."""
    await execute(
        conn, sql("projections/forget_deletion"), project_id=project_id, issue_id=issue_id
    )
    if deletion is not None:
        await delete_until(conn, deletion, scrubbing)
