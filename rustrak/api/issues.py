"""Issues: listed, shown, and decided about."""

from uuid import UUID

from psycopg.rows import DictRow

from rustrak.api.call import Call
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound
from rustrak.ledger.decisions import DecisionKind
from rustrak.projections.decide import decide
from rustrak.schemas.base import Order, Page
from rustrak.schemas.issues import Issue, IssueChange, IssuesQuery


async def list_issues(call: Call, query: IssuesQuery) -> Page[Issue]:
    """The issues of a project, a page at a time."""
    wanted = {"project_id": call.project_id, "filter": query.filter.value}
    async with call.connection() as conn:
        total = await fetch_one(conn, sql("api/count_issues"), **wanted)
        rows = await fetch_all(
            conn,
            sql("api/list_issues"),
            **wanted,
            sort=query.sort.value,
            descending=query.order is Order.DESC,
            limit=query.per_page,
            offset=query.offset,
        )
    assert total is not None
    return Page[Issue].of([as_issue(row) for row in rows], total["total"], query)


async def get_issue(call: Call) -> Issue:
    """One issue."""
    async with call.connection() as conn:
        return as_issue(await find_issue(conn, call.project_id, call.uuid("issue_id")))


async def change_issue(call: Call, body: IssueChange) -> Issue:
    """Resolve, reopen, mute or unmute an issue."""
    project_id, issue_id = call.project_id, call.uuid("issue_id")
    async with call.connection() as conn, conn.transaction():
        issue = await find_issue(conn, project_id, issue_id)
        kind = _decision(body, issue)
        if kind is not None:
            await decide(
                conn, project_id=project_id, issue_id=issue_id, kind=kind, actor=call.actor.name
            )
            issue = await find_issue(conn, project_id, issue_id)
    return as_issue(issue)


async def delete_issue(call: Call) -> None:
    """Delete an issue with its events; if it happens again, it comes back under its number."""
    project_id, issue_id = call.project_id, call.uuid("issue_id")
    async with call.connection() as conn, conn.transaction():
        await find_issue(conn, project_id, issue_id)
        await decide(
            conn,
            project_id=project_id,
            issue_id=issue_id,
            kind=DecisionKind.DELETE,
            actor=call.actor.name,
        )


async def find_issue(conn: Connection, project_id: int, issue_id: UUID) -> DictRow:
    """The issue's row with its project's slug. Raises NotFound for another project's as for
    none."""
    row = await fetch_one(conn, sql("api/get_issue"), project_id=project_id, issue_id=issue_id)
    if row is None:
        raise NotFound(f"Issue {issue_id} not found")
    return row


def as_issue(row: DictRow) -> Issue:
    """A row as the API shows it."""
    number = f"{row['slug'].upper()}-{row['digest_order']}"
    return Issue.model_validate({**row, "short_id": number}, from_attributes=False)


def _decision(wanted: IssueChange, issue: DictRow) -> DecisionKind | None:
    """What a PATCH means: `is_resolved` alone counts if given, otherwise `is_muted`."""
    if wanted.is_resolved is not None:
        return DecisionKind.RESOLVE if wanted.is_resolved else DecisionKind.UNRESOLVE
    if wanted.is_muted is None:
        return None
    if not wanted.is_muted:
        return DecisionKind.UNMUTE if issue["is_muted"] else None
    if issue["is_resolved"]:
        raise NotFound(f"Issue {issue['id']} not found or already resolved")
    return DecisionKind.MUTE
