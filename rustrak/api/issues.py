"""Issues: shown, and decided about."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.api.call import Call
from rustrak.api.issue_changes import carry_out, require_all
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound
from rustrak.ledger.decisions import DecisionKind
from rustrak.projections.apply_events import own_project
from rustrak.projections.decide import decide
from rustrak.schemas.issues import (
    Assignee,
    Changed,
    Deleted,
    Issue,
    IssueChange,
    IssuesChange,
    IssuesDeletion,
    Status,
    StatusDetails,
    Substatus,
)

NEW_FOR: Final = timedelta(days=7)


async def get_issue(call: Call) -> Issue:
    """One issue."""
    async with call.connection() as conn:
        return as_issue(await find_issue(conn, call.project_id, call.uuid("issue_id")))


async def change_issue(call: Call, body: IssueChange) -> Issue:
    """Resolve, ignore, reopen, prioritise or assign an issue."""
    project_id, issue_id = call.project_id, call.uuid("issue_id")
    async with call.connection() as conn, conn.transaction():
        await carry_out(
            conn,
            project_id=project_id,
            issue_ids=[issue_id],
            wishes=body,
            actor=call.actor.name,
        )
        return as_issue(await find_issue(conn, project_id, issue_id))


async def change_issues(call: Call, body: IssuesChange) -> Changed:
    """Decide the same about many issues: all of them, or none if one is not there."""
    async with call.connection() as conn, conn.transaction():
        changed = await carry_out(
            conn,
            project_id=call.project_id,
            issue_ids=body.ids,
            wishes=body,
            actor=call.actor.name,
        )
    return Changed(changed=changed, unchanged=sorted({*body.ids} - {*changed}))


async def delete_issue(call: Call) -> None:
    """Delete an issue with its events; if it happens again, it comes back under its number."""
    await _delete(call, [call.uuid("issue_id")])


async def delete_issues(call: Call, body: IssuesDeletion) -> Deleted:
    """Delete many issues with their events: all of them, or none if one is not there."""
    return Deleted(deleted=await _delete(call, body.ids))


async def _delete(call: Call, issue_ids: list[UUID]) -> list[UUID]:
    project_id = call.project_id
    async with call.connection() as conn, conn.transaction():
        await own_project(conn, project_id)
        rows = await fetch_all(
            conn, sql("api/find_issues"), project_id=project_id, issue_ids=issue_ids
        )
        found = [row["id"] for row in rows]
        require_all(issue_ids, found)
        await decide(
            conn,
            project_id=project_id,
            kind=DecisionKind.DELETE,
            actor=call.actor.name,
            issues={issue_id: {} for issue_id in found},
        )
    return found


async def find_issue(conn: Connection, project_id: int, issue_id: UUID) -> DictRow:
    """The issue's row with its project's slug. Raises NotFound for another project's as for
    none."""
    row = await fetch_one(conn, sql("api/get_issue"), project_id=project_id, issue_id=issue_id)
    if row is not None:
        return row
    merged = await fetch_one(
        conn, sql("api/find_merged_issue"), project_id=project_id, issue_id=issue_id
    )
    if merged is not None:
        raise NotFound(f"Issue {issue_id} was merged into {merged['issue_id']}")
    raise NotFound(f"Issue {issue_id} not found")


def as_issue(row: DictRow) -> Issue:
    """A row of `shown_issues` as the API shows it."""
    status = _status(row)
    assignee = None
    if row["assignee_email"] is not None:
        assignee = Assignee(id=row["assignee_id"], email=row["assignee_email"])
    shown = {
        **row,
        "short_id": f"{row['slug'].upper()}-{row['digest_order']}",
        "status": status,
        "substatus": _substatus(row, status),
        "status_details": {} if status is Status.UNRESOLVED else row["status_details"],
        "assignee": assignee,
    }
    return Issue.model_validate(shown, from_attributes=False)


def _status(row: DictRow) -> Status:
    if row["is_resolved"]:
        return Status.RESOLVED
    return Status.IGNORED if row["is_muted"] else Status.UNRESOLVED


def _substatus(row: DictRow, status: Status) -> Substatus | None:
    if status is Status.RESOLVED:
        return None
    if status is Status.IGNORED:
        has_end = row["status_details"].keys() & StatusDetails.model_fields.keys()
        return Substatus.ARCHIVED_UNTIL_CONDITION_MET if has_end else Substatus.ARCHIVED_FOREVER
    if row["is_regressed"]:
        return Substatus.REGRESSED
    is_new = datetime.now(UTC) - row["first_seen"] < NEW_FOR
    return Substatus.NEW if is_new else Substatus.ONGOING
