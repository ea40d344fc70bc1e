"""Issues merged and split, and decisions undone."""

from typing import Final

from rustrak.accounts.kept_settings import get_settings
from rustrak.api.call import Call
from rustrak.api.issues import as_issue, find_issue
from rustrak.database.pool import fetch_all
from rustrak.database.queries import sql
from rustrak.projections import rearrange
from rustrak.schemas.issues import Issue
from rustrak.schemas.merges import Grouping, GroupingsToSplit, IssuesToMerge

MOST_GROUPINGS: Final = 1000


async def list_groupings(call: Call) -> list[Grouping]:
    """The groupings whose events an issue has, those with the most events first, at most 1000."""
    project_id, issue_id = call.project_id, call.uuid("issue_id")
    async with call.connection() as conn:
        await find_issue(conn, project_id, issue_id)
        rows = await fetch_all(
            conn,
            sql("api/list_groupings"),
            project_id=project_id,
            issue_id=issue_id,
            limit=MOST_GROUPINGS,
        )
    return [Grouping.model_validate(row) for row in rows]


async def merge_issues(call: Call, body: IssuesToMerge) -> Issue:
    """Let all events of other issues, and those to come, belong to this one."""
    project_id, issue_id = call.project_id, call.uuid("issue_id")
    async with call.connection() as conn, conn.transaction():
        await rearrange.merge(
            conn,
            project_id,
            into=issue_id,
            issue_ids=body.issues,
            actor=call.actor.name,
            scrubbing=(await get_settings(conn, project_id)).scrubbing.rules,
        )
        return as_issue(await find_issue(conn, project_id, issue_id))


async def split_issue(call: Call, body: GroupingsToSplit) -> Issue:
    """Let some groupings leave into an issue of their own, which is answered."""
    project_id, issue_id = call.project_id, call.uuid("issue_id")
    async with call.connection() as conn, conn.transaction():
        home = await rearrange.split(
            conn,
            project_id,
            issue_id=issue_id,
            groupings=body.groupings,
            actor=call.actor.name,
            scrubbing=(await get_settings(conn, project_id)).scrubbing.rules,
        )
        return as_issue(await find_issue(conn, project_id, home))


async def undo_decision(call: Call) -> None:
    """Let a decision about an issue count as never taken; undoing an undo brings it back."""
    project_id = call.project_id
    async with call.connection() as conn, conn.transaction():
        await rearrange.undo(
            conn,
            project_id,
            position=call.number("decision_id"),
            actor=call.actor.name,
            scrubbing=(await get_settings(conn, project_id)).scrubbing.rules,
        )
