"""Issues merged and split, and decisions undone."""

from typing import Final

from psycopg.rows import DictRow

from rustrak.accounts.access import Needs, check_access
from rustrak.accounts.kept_settings import get_settings
from rustrak.api.call import Call
from rustrak.api.issues import as_issue, find_issue
from rustrak.api.people import as_person
from rustrak.database.pool import fetch_all, patiently
from rustrak.database.queries import sql
from rustrak.jobs import DIGEST, RESTORE, defer
from rustrak.ledger.decisions import DecisionKind
from rustrak.projections import rearrange
from rustrak.projections.refold import COMMENTS
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
    async with call.connection() as conn, patiently(conn):
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
    async with call.connection() as conn, patiently(conn):
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
    project_id, position = call.project_id, call.number("decision_id")
    async with call.connection() as conn, patiently(conn):
        decision = await rearrange.find_decision(conn, project_id, position)
        _check(call, decision)
        await rearrange.undo(
            conn,
            project_id,
            position=position,
            actor=call.actor.name,
            scrubbing=(await get_settings(conn, project_id)).scrubbing.rules,
        )
        if decision["kind"] == DecisionKind.DELETE:
            await defer(conn, RESTORE, DIGEST, project_id=project_id)


def _check(call: Call, decision: DictRow) -> None:
    """What somebody wrote is theirs to change, or an admin's. Raises Forbidden."""
    author = as_person(decision["actor"], None)
    if decision["kind"] in COMMENTS and author.user_id != call.actor.user_id:
        check_access(Needs.PROJECT_ADMIN, call.actor, call.role, changes=True)
