"""Deleted issues: what was deleted stays out, as long as the deletion stands.

Which events those are is recorded when the issue is deleted, and for events that were on their way
when they are digested. So neither merges nor other groupings, in whatever order they are folded,
change what a deletion took out.
"""

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
    """What was received of the issue until then, and is folded from now on, stays out."""
    await execute(
        conn,
        sql("projections/note_deletions"),
        project_id=deletion.project_id,
        issue_ids=[deletion.issue_id],
        deleted_at=times([deletion.deleted_at]),
        decisions=[deletion.position],
    )


async def note_unrecorded(conn: Connection) -> None:
    """Deletions from before it was recorded what they took out: their time has to do."""
    rows = await fetch_all(conn, sql("ledger/list_recorded_deletions"))
    recorded = {(row["project_id"], row["decision"]) for row in rows}
    for deletion in await list_deletions(conn):
        if (deletion.project_id, deletion.position) not in recorded:
            await note_deletion(conn, deletion)


async def take_out_deleted(conn: Connection, project_id: int, scrubbing: ScrubRules) -> None:
    """Take out what was folded although it is deleted. The caller owns the project."""
    rows = await fetch_all(conn, sql("projections/take_out_deleted"), project_id=project_id)
    if not rows:
        return
    await count_as_deleted(conn, project_id, rows)
    await recount(conn, project_id, {row["issue_id"] for row in rows}, scrubbing)
    for name in _EMPTY:
        await execute(conn, sql(name), project_id=project_id)


async def set_deletion(
    conn: Connection,
    project_id: int,
    issue_id: UUID,
    position: int,
    scrubbing: ScrubRules,
) -> None:
    """Let the deletion at a position count or not, as the decisions say by now. Events that may
    come back are noted as not applied until somebody replays them."""
    rows = await fetch_all(conn, sql("ledger/list_deletions"), project_id=project_id)
    deletion = next((one for one in last_deletions(rows) if one.issue_id == issue_id), None)
    this = {"project_id": project_id, "issue_id": issue_id}
    await execute(conn, sql("projections/forget_deletion"), **this)
    if deletion is not None:
        await note_deletion(conn, deletion)
    is_undone = all(row["position"] != position for row in standing(rows))
    await execute(
        conn,
        sql("projections/undo_deletion"),
        project_id=project_id,
        decision=position,
        is_undone=is_undone,
    )
    await take_out_deleted(conn, project_id, scrubbing)
